RESCUE 1 Marti-Alert5,½=ÁåÚ@°rANDROID-4c1f9e07ab33d521-9-1-1€
ºANDROID-4c1f9e07ab33d521