# SPDX-License-Identifier: ISC
# Programs that need no library where they run: to copy to a host or into a container.
option(STATIC "Link pfsyncdump and pfsyncsend statically" OFF)
if(NOT STATIC)
	return()
endif()

# Libraries, and what these need in turn, as archives.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
list(APPEND PKG_CONFIG_ARGN --static)
# A plugin is loaded by a program, and tcpdump's own build system links tcpdump.
set(BUILD_WIRESHARK OFF CACHE STRING "" FORCE)
set(BUILD_TCPDUMP OFF CACHE STRING "" FORCE)
