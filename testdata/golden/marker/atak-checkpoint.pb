O
CP BrÃ¼cke5üé¼=lXÛ@þÙÄ	r$2e64b8d0-f719-4c3a-a5d1-83e90c7f4b26€€£š9 *ANDROID-4c1f9e07ab33d5212	a-f-G-U-C:RESCUE 1 Marti