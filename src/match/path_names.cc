#include "match/path_names.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "match/regex_ast.h"

namespace dragnet {

namespace {

// `$` is kept apart neither from `\B` nor from what it is with (?m): told from the text.
bool ends_at_text_end(const std::string& regex) {
  if (!regex.ends_with('$') || regex.ends_with("\\$")) return false;
  for (std::size_t at = regex.find("(?"); at != std::string::npos; at = regex.find("(?", at + 2)) {
    const std::size_t flags_end = std::min(regex.find_first_of(":)<", at), regex.size());
    if (regex.substr(at, flags_end - at).find('m') != std::string::npos) return false;
  }
  return true;
}

// What every path that the regex accepts ends with, without a '/'; none where it does not tell.
std::optional<RegexNfa> ending_of(const std::string& path) {
  if (!ends_at_text_end(path)) return std::nullopt;
  const auto tree = parse_regex(path);
  if (!tree || tree->kind != RegexNode::Kind::kConcat || tree->children.empty() ||
      tree->children.back().kind != RegexNode::Kind::kOtherAssert) {
    return std::nullopt;
  }
  const auto& parts = tree->children;
  auto first = parts.end() - 1;
  while (first != parts.begin() && !can_hold(*(first - 1), '/')) --first;
  RegexNode ending;
  ending.kind = RegexNode::Kind::kConcat;
  ending.children.assign(first, parts.end() - 1);
  auto nfa = build_nfa(ending);
  if (!nfa || nfa->nullable) return std::nullopt;
  return nfa;
}

// The pairs of bytes that the ending can end with; whether it can be a single byte.
bool add_pairs(const RegexNfa& ending, std::bitset<1 << 16>* pairs) {
  bool single = false;
  for (const RegexNfa::Place& last : ending.places) {
    if (!last.last) continue;
    single = single || last.first;
    ByteSet before;
    for (const std::uint32_t place : last.previous) before |= ending.places[place].set;
    for (std::size_t pair = 0; pair < pairs->size(); ++pair) {
      if (last.set[pair & 255] && before[pair >> 8]) pairs->set(pair);
    }
  }
  return single;
}

// Reads the name backwards, from all places that the ending can end with.
bool ends_with(ByteView name, const RegexNfa& ending) {
  std::vector<std::uint32_t> open;
  for (std::uint32_t place = 0; place < ending.places.size(); ++place) {
    if (ending.places[place].last) open.push_back(place);
  }
  std::vector<std::uint32_t> next;
  for (std::size_t i = name.size(); i-- > 0 && !open.empty();) {
    next.clear();
    for (const std::uint32_t number : open) {
      const RegexNfa::Place& place = ending.places[number];
      if (!place.set[octet(name[i])]) continue;
      if (place.first) return true;
      next.insert(next.end(), place.previous.begin(), place.previous.end());
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    open.swap(next);
  }
  return false;
}

}  // namespace

bool tells_name(const std::string& path) { return ending_of(path).has_value(); }

PathNames::PathNames(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    auto ending = ending_of(path);
    anything_ = anything_ || !ending;
    if (!ending) continue;
    const auto number = static_cast<std::uint16_t>(endings_.size());
    std::bitset<1 << 16> pairs;
    if (add_pairs(*ending, &pairs)) short_.push_back(number);
    pairs_ |= pairs;
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
      if (pairs[pair]) by_pair_[static_cast<std::uint16_t>(pair)].push_back(number);
    }
    endings_.push_back(*std::move(ending));
  }
}

bool PathNames::may_be(ByteView name) const {
  if (anything_) return true;
  const auto any_of = [&](const std::vector<std::uint16_t>& endings) {
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::uint16_t number) { return ends_with(name, endings_[number]); });
  };
  if (!name.empty() && any_of(short_)) return true;
  if (name.size() < 2) return false;
  const unsigned pair = octet(name[name.size() - 2]) << 8 | octet(name.back());
  return pairs_[pair] && any_of(by_pair_.at(static_cast<std::uint16_t>(pair)));
}

}  // namespace dragnet
