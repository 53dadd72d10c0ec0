; The Windows installer. After `python dev.py package`: makensis /DVERSION=0.1.0 installer\xiangpei.nsi
; (Debian builds it too: makensis "-XTarget amd64-unicode" -DVERSION=0.1.0 installer/xiangpei.nsi)
; For one user, without an administrator: village laptops are often locked down.

!include MUI2.nsh

!ifndef VERSION
  !error "say which version: /DVERSION=0.1.0"
!endif
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Xiangpei"

Name "乡培通"
OutFile "..\dist\xiangpei-${VERSION}-setup.exe"
InstallDir "$LOCALAPPDATA\Programs\Xiangpei"
RequestExecutionLevel user
SetCompressor /SOLID lzma

!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE SimpChinese

Section
  ; Libraries of an older version must not stay beside the new ones. Ledgers are elsewhere, in the user's data folder.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "..\dist\xiangpei\*"
  CreateShortcut "$SMPROGRAMS\乡培通.lnk" "$INSTDIR\xiangpei-desktop.exe"
  CreateShortcut "$DESKTOP\乡培通.lnk" "$INSTDIR\xiangpei-desktop.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${KEY}" "DisplayName" "乡培通"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
SectionEnd

Section Uninstall
  ; The program goes, the ledgers stay.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\xiangpei.exe"
  Delete "$INSTDIR\xiangpei-desktop.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\乡培通.lnk"
  Delete "$DESKTOP\乡培通.lnk"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
