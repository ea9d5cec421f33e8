5,½=ÁåÚ@şÙÄ	rJGeoChat.ANDROID-4c1f9e07ab33d521.c4b2e8f0-57d1-4396-a0fe-8b13d7c92e65.91d6€€£úP
Lavina: nikdo za ÄÃ¡ru!$c4b2e8f0-57d1-4396-a0fe-8b13d7c92e65RESCUE 1 Marti