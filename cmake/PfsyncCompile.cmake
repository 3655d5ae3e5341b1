# SPDX-License-Identifier: ISC
# How every target of the toolkit is compiled, in one place.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
	set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()

option(PFSYNC_WERROR "Treat warnings as errors: for CI, whose compilers are known" OFF)
option(PFSYNC_SANITIZE "Build with AddressSanitizer and UBSan" OFF)
option(PFSYNC_COVERAGE "Build for gcov" OFF)
option(PFSYNC_FUZZ "Build the libFuzzer targets (clang only)" OFF)

add_library(pfsync_flags INTERFACE)
# On 32-bit systems, too, files are larger than 2 GiB.  Times are not made larger for all
# (_TIME_BITS): libpcap passes them in structures of its own build.
target_compile_definitions(pfsync_flags INTERFACE _POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
target_compile_options(pfsync_flags INTERFACE
	-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wpointer-arith -Wwrite-strings -Wvla)
if(PFSYNC_WERROR)
	target_compile_options(pfsync_flags INTERFACE -Werror)
endif()

# Applied to all targets, so that no object escapes.
if(PFSYNC_SANITIZE)
	add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	add_link_options(-fsanitize=address,undefined)
endif()
if(PFSYNC_COVERAGE)
	add_compile_options(--coverage)
	add_link_options(--coverage)
endif()
if(PFSYNC_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
		message(FATAL_ERROR "PFSYNC_FUZZ needs clang: configure with -DCMAKE_C_COMPILER=clang")
	endif()
	add_compile_options(-fsanitize=fuzzer-no-link)
endif()
