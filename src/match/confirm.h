// Confirming an anchor: does the rule's regex match around it?
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "match/judge.h"
#include "match/rule_memo.h"
#include "match/rule_pack.h"

namespace dragnet {

// The match of the rule's regex that contains the anchor ending at `end`, looked for in the bytes
// [end - lookbehind, end + lookahead) of `text`. `^ $ \b` see the text's real neighbours, also at
// the span's edges. Other matches in the span have anchors of their own.
std::optional<Confirmed> confirm_anchor(const RulePack& pack, std::uint32_t rule, ByteView text,
                                        std::uint64_t end, RuleMemos* memos = nullptr);

// For a rule without bounded reach: all its matches in `text`, front to back, not overlapping.
// Linear in the text's length, whatever the number of anchors.
std::vector<Confirmed> confirm_whole(const RulePack& pack, std::uint32_t rule, ByteView text);

// For a rule whose matches are whole texts: `text`, if it is one.
std::optional<Confirmed> confirm_whole_text(const RulePack& pack, std::uint32_t rule,
                                            ByteView text);

// The one of `all` that contains the anchor ending at `end`.
std::optional<Confirmed> containing(const std::vector<Confirmed>& all, const Anchor& anchor,
                                    std::uint64_t end);

}  // namespace dragnet
