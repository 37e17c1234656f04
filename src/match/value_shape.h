// What a value looks like to a reader: the forms of values that are no secrets, mostly. Told by
// syntax alone, so each is a guess that the value model weighs.
#pragma once

#include "base/bytes.h"

namespace dragnet {

struct ValueShape {
  bool uuid = false;
  // "name", "some_name", "some-name", "SomeName", "some.name": letters in parts, at most two digits
  // at the end of each.
  bool identifier = false;
  bool version = false;  // "1.2.3-rc1", "^1.2", "v2.0"
  bool hash = false;     // "$2a$08$...", "{SHA}...", "sha256:...": it says what it is
  bool number = false;   // digits with signs, points and a base: "0x1f", "-12.5", "1,024"
  bool file = false;     // "name.ext", the extension two to five lower-case letters
  bool title = false;    // one capital and small letters: a word that begins a sentence or a label
  bool url = false;
  bool path = false;  // "/a", "./a", "../a", "~/a"
  bool email = false;
  bool code = false;    // calls, members, places of templates and formats
  bool masked = false;  // "***", "...", "xxx"
};

// Of a value that is not empty. Pure.
ValueShape shape_of(ByteView value);

}  // namespace dragnet
