r!GeoChat.bot-1.All Chat Rooms.0009€€£ú
Vannstand 3,4 m â€” stigende