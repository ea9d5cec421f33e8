}Storfjell Obs@���	rTAKTALK-91de���
RESCUE 1 Marti

שמעון�)
جاهزون عند الجسر1ar 