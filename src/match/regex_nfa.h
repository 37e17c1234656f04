// A regex as a graph of places, for asking what can stand before and after a place.
//
// A place is one byte class of the regex; an edge says that the second place can read the byte
// after the first (Glushkov's automaton). Word boundaries and the starts of text and lines take
// away edges, or say what stands before a match; places that read both word bytes and others are
// split in two where one is asked for. Other assertions are left out and long repeats are cut to
// loops, so the graph may accept more than the regex, never less.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "match/regex_ast.h"

namespace dragnet {

struct RegexNfa {
  struct Place {
    ByteSet set;
    std::vector<std::uint32_t> next;      // places that can follow
    std::vector<std::uint32_t> previous;  // places that can precede
    bool first = false;                   // a match can start with it
    // Bytes that can stand before a match that starts with it. The text's start always can.
    ByteSet front = ByteSet().set();
    bool last = false;  // a match can end with it
  };
  std::vector<Place> places;
  bool nullable = false;  // the empty text matches
};

// As \b sees it.
bool is_word_byte(std::size_t byte);

// None where the graph would have thousands of places or edges.
std::optional<RegexNfa> build_nfa(const RegexNode& regex);

}  // namespace dragnet
