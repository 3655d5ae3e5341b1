# SPDX-License-Identifier: ISC
# What this build has and what it leaves out, told once at its end and kept in a file.

# pfsync_part(NAME TEXT...): NAME is built, or left out, for that reason.
function(pfsync_part name)
	string(JOIN " " text ${ARGN})
	set_property(GLOBAL APPEND PROPERTY PFSYNC_PARTS "${name}: ${text}")
endfunction()

function(pfsync_parts_write file)
	get_property(parts GLOBAL PROPERTY PFSYNC_PARTS)
	list(JOIN parts "\n" text)
	file(WRITE ${file} "${text}\n")
	foreach(part IN LISTS parts)
		message(STATUS "${part}")
	endforeach()
endfunction()
