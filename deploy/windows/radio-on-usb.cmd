@echo off
rem Cotbus with the radio on USB, by a double click. To keep it that way: cotbus init
setlocal
"%~dp0node.exe" "%~dp0start.mjs" up --radio auto
set STATUS=%ERRORLEVEL%
if not "%STATUS%"=="0" (
  echo.
  echo Cotbus has ended with status %STATUS%. What went wrong stands above.
  pause
)
exit /b %STATUS%
