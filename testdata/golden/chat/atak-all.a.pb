5,½=ÁåÚ@şÙÄ	rTGeoChat.ANDROID-4c1f9e07ab33d521.All Chat Rooms.5f0c2b71-8d3e-4a96-b1e7-02c4d9f3a680€€£úW
ESteinschlag im Couloir, Abstieg Ã¼ber den Westgrat. Bitte quittieren!RESCUE 1 Marti