&WP 35€Ô¼=0{Û@þÙÄ	r$c1d7f509-3ab4-4e86-87f2-d0b9e63a15c8€€£š;
 *ANDROID-4c1f9e07ab33d5212	a-f-G-U-C:RESCUE 1 Marti