5,½=ÁåÚ@°r>GeoChat.ANDROID-4c1f9e07ab33d521.ANDROID-90be11d24f7c6a58.44c0€€£ú9
Bin unterwegsANDROID-90be11d24f7c6a58RESCUE 1 Marti