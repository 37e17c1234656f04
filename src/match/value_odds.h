// What the value model says of what a rule found.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "match/judge.h"
#include "match/rule_pack.h"

namespace dragnet {

// Whether the rule leaves it to the value model whether a value is a secret.
bool asks_value_model(const CompiledRule& rule);

// What the rule found, as the value model is told of it.
Assignment assignment_of(const CompiledRule& rule, ByteView text, const Confirmed& found);

// The logarithm of the odds that it is a secret, for such a rule; what the value holds in base64
// may only lower them. Nothing where they are so bad that nobody wants to hear of it, whatever the
// path, or where the value reads as words. Pure.
std::optional<float> value_log_odds(const CompiledRule& rule, ByteView text,
                                    const Confirmed& found);

// The same of the password in `secret`, where the rule's check is of one in base64; nothing where
// it is none. Pure.
std::optional<float> password_log_odds(const Rule& rule, ByteView secret);

}  // namespace dragnet
