; The folder of the command line on the user's PATH. PowerShell, because NSIS cuts strings at 1,024 characters.
!macro customInstall
  nsExec::Exec `powershell -NoProfile -NonInteractive -Command "$$own = '$INSTDIR\resources\bin'; $$all = @([Environment]::GetEnvironmentVariable('Path', 'User') -split ';' | Where-Object { $$_ -and $$_ -ne $$own }) + $$own; [Environment]::SetEnvironmentVariable('Path', ($$all -join ';'), 'User')"`
!macroend

!macro customUnInstall
  nsExec::Exec `powershell -NoProfile -NonInteractive -Command "$$own = '$INSTDIR\resources\bin'; $$all = @([Environment]::GetEnvironmentVariable('Path', 'User') -split ';' | Where-Object { $$_ -and $$_ -ne $$own }); [Environment]::SetEnvironmentVariable('Path', ($$all -join ';'), 'User')"`
!macroend
