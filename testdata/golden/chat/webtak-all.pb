58êØ=›r&GeoChat.webtak-3f1c.All Chat Rooms.b81€€£ú
007DispeÄink Å Ã¡rka