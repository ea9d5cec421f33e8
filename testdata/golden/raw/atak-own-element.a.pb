Schneeprofil 45`†¼=¨mÚ@Œ$rsnow-profile-4€€£ºx-snow-pÂ
SÃ¼d, 38Â°ð