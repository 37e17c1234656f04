// Where a text may hold encoded text: found without decoding it.
//
// Two sorts of runs:
// - base64 and hexadecimal: stretches of [A-Za-z0-9+/_-] of at least 24 bytes, and, where they are
//   broken into lines of 60 or more, all lines together. What is text decodes to text: the first
//   twelve bytes have to look like it (or like UTF-16, gzip, zlib), which a name, a path or a hash
//   passes once in 100,000 times.
// - escapes (escapes.h), of one kind at a time: those on a line that are at most 320 bytes apart,
//   with 320 bytes before the first and after the last, and a long word that begins or ends there.
//
// A run depends on a *span* of bytes around it, all that was looked at to find it, and on nothing
// else: the same bytes, with the text's start and end where they were, make the same run wherever
// they stand. So what a delta's copy brings along whole need not be looked for again.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"
#include "match/byte_blocks.h"
#include "match/decode_trail.h"

namespace dragnet {

struct EncodedRun {
  Decoding kind = Decoding::kNone;  // kBase64, kHex, kPercent, kEscapes or kHtml
  // Whether what was looked at goes past the text's start, or its end.
  bool starts_text = false, ends_text = false;
  // Whether the run's first, or last, byte is one in the middle of a line of text.
  bool open_before = false, open_after = false;
  std::uint64_t begin = 0, end = 0;  // what is to be decoded
  std::uint64_t from = 0, to = 0;    // the span: all that was looked at
};

// A set of the kinds above.
class RunKinds {
 public:
  static RunKinds all() { return RunKinds(~0U); }
  static RunKinds none() { return RunKinds(0); }
  RunKinds with(Decoding kind) const { return RunKinds(bits_ | bit(kind)); }
  bool has(Decoding kind) const { return (bits_ & bit(kind)) != 0; }

 private:
  explicit RunKinds(unsigned bits) : bits_(bits) {}
  static unsigned bit(Decoding kind) { return 1U << static_cast<unsigned>(kind); }

  unsigned bits_;
};

// Finds the runs of one text, which must outlive it. Linear: no byte is looked at more than a few
// times, whatever is asked.
class RunFinder {
 public:
  using Visit = std::function<void(const EncodedRun&)>;

  // `visit` is called for each run of `kinds`, once; base64 and hexadecimal are asked for together.
  RunFinder(ByteView text, RunKinds kinds, const Visit* visit)
      : text_(text), kinds_(kinds), visit_(visit) {}

  void find_all() { pass(0, text_.size()); }

  // All runs whose span a change of text[first, last) could touch, where `first == last` is the
  // place between two bytes, or the text's start or end; and perhaps some others near it. The
  // ranges of successive calls ascend, and some may be left out. True where there is none, and that
  // was told by text[first - kBlock, last + kBlock) alone.
  bool find_near(std::uint64_t first, std::uint64_t last);

 private:
  struct Cluster;
  struct Line;
  // An escape, or a run of backslashes with what its last one escapes.
  struct Token {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;    // 0: there is none
    bool line_break = false;  // it stands for a line's end or a tab
  };

  void pass(std::uint64_t from, std::uint64_t to);
  bool nothing_beside(std::uint64_t first, std::uint64_t last, std::uint64_t* before) const;
  bool any_escape(std::uint64_t at, std::uint64_t bits) const;
  bool may_be_escape(std::uint64_t at) const;
  void take_block(std::uint64_t at, const BlockMasks& masks, std::uint64_t* run);
  std::uint64_t left_bound(std::uint64_t first) const;
  std::uint64_t right_bound(std::uint64_t last) const;

  void take_introducer(std::uint64_t at);
  void grow_left(Cluster* cluster) const;
  void grow_right(Cluster* cluster) const;
  Token token_at(std::uint64_t at, Decoding kind) const;
  Token token_before(std::uint64_t after, Decoding kind) const;
  std::uint64_t backslashes_begin(std::uint64_t at) const;
  std::uint64_t word_end(std::uint64_t at, char introducer = 0) const;
  std::uint64_t word_begin(std::uint64_t at, char introducer = 0) const;
  void set_begin(const Cluster& cluster, EncodedRun* run, std::int64_t* from) const;
  void set_end(const Cluster& cluster, EncodedRun* run, std::uint64_t* to) const;
  void report(const Cluster& cluster) const;

  void take_stretch(std::uint64_t at);
  bool joined_before(std::uint64_t begin, std::uint64_t* before, std::int64_t* looked) const;
  Line line_at(std::uint64_t begin) const;
  bool begin_run(const Line& line);
  bool go_on(const Line& line);
  bool hex_goes_on(const Line& line);
  std::uint64_t class_end(std::uint64_t at) const;

  ByteView text_;
  RunKinds kinds_;
  const Visit* visit_;
  std::uint64_t passed_ = 0;                   // everything before was looked at
  bool taken_ = false;                         // something was taken for what may be a run
  std::uint64_t stretch_done_ = 0;             // the end of the last sequence of lines
  std::vector<EncodedRun> runs_;               // of such a sequence
  std::uint64_t digits_ = 0;                   // of the last of them, where it is hexadecimal
  std::uint64_t escapes_done_[3] = {0, 0, 0};  // the end of the last escape of each kind
};

}  // namespace dragnet
