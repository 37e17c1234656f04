# A file's bytes as C++ string literals of hexadecimal escapes. Raw literals would be easier to read,
# but CMake drops carriage returns from text that it reads, and compilers may change them. The
# literals are pieces well below the 65,536 characters that compilers have to accept in one.

set(PIECE_SIZE 50000)

# Sets `variable` to a line `before"..."sv<after>` for every piece of `file`; empty for an empty one.
function(hex_literals file before after variable)
  file(READ "${file}" digits HEX)
  string(LENGTH "${digits}" length)
  set(lines "")
  if(length GREATER 0)
    math(EXPR last "${length} / 2 - 1")
    math(EXPR most "${PIECE_SIZE} * 2")
    foreach(at RANGE 0 ${last} ${PIECE_SIZE})
      math(EXPR first "${at} * 2")
      string(SUBSTRING "${digits}" ${first} ${most} piece)
      string(REGEX REPLACE "(..)" "\\\\x\\1" piece "${piece}")
      string(APPEND lines "${before}\"${piece}\"sv${after}\n")
    endforeach()
  endif()
  set(${variable} "${lines}" PARENT_SCOPE)
endfunction()
