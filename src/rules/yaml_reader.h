// YAML as a tree, for other tools' rule files. The only user of libyaml.
//
// libyaml is asked for events, not for a document: what nests, repeats or refers to other parts is
// then ours to bound. Aliases are refused, as a few lines of them can stand for gigabytes; so are
// nesting deeper than `kMaxYamlNesting`, text over 16 MiB and more than a million nodes. Tags are
// not looked at: a scalar is its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dragnet {

inline constexpr std::size_t kMaxYamlNesting = 64;

struct YamlMember;

struct YamlNode {
  enum class Kind : std::uint8_t { kScalar, kList, kMap };

  Kind kind = Kind::kScalar;
  std::string text;                 // of a scalar; UTF-8
  std::uint32_t line = 0;           // 1-based
  std::vector<YamlNode> items;      // of a list
  std::vector<YamlMember> members;  // of a map, in order; keys may repeat

  // The first member of that name, or null.
  const YamlNode* find(std::string_view key) const;
};

struct YamlMember {
  std::string key;
  YamlNode value;
};

// The documents of `text`, of which a file may have several. Errors (kUsage) read
// "FILE:LINE: what is wrong"; no exception leaves.
Result<std::vector<YamlNode>> parse_yaml(std::string_view text, const std::string& file);

}  // namespace dragnet
