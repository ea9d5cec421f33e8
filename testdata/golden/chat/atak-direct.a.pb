5,½=ÁåÚ@şÙÄ	r^GeoChat.ANDROID-4c1f9e07ab33d521.ANDROID-90be11d24f7c6a58.0e7f3c58-21ad-4b9e-8c64-f1d207b5a39c€€£úI
Kommst du zur HÃ¼tte? ğŸ”ï¸ANDROID-90be11d24f7c6a58RESCUE 1 Marti