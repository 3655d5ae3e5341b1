# SPDX-License-Identifier: ISC
# pfsync_embed(TEXT NAME SOURCE): the file TEXT as `const char NAME[]`, ended by a NUL, in SOURCE.
function(pfsync_embed text name source)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${text})
	file(READ ${text} bytes HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
	string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n" bytes "${bytes}")
	file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"extern const char ${name}[];
const char ${name}[] = {
${bytes}0};
")
endfunction()
