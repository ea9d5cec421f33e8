}K9 Brisa@şÙÄ	rTAKTALK-8b71€ØÊ6
%Perimeter clear, moving to the bridgea4f0en-NZ 