// Every default rule's samples in the forms in which text lies in repositories: as it is, inside
// strings of data files and of five languages, in UTF-16 and in base64. Positives are found in all
// of them, negatives in none.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "match/encode.h"
#include "match/scanner.h"
#include "rules/embedded_rules.h"
#include "rules/loader.h"
#include "rules/sample.h"

namespace dragnet {
namespace {

using namespace test_support;

bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

// How the strings of languages write a byte that has neither a letter of its own nor a backslash.
ByteString as_is(char c) { return ByteString(1, c); }
ByteString in_hex(char c) { return is_printable(c) ? as_is(c) : "\\x" + to_hex(ByteView(&c, 1)); }
ByteString in_unicode(char c) {
  return is_printable(c) ? as_is(c) : "\\u00" + to_hex(ByteView(&c, 1));
}

ByteString block_scalar(ByteView text) {
  ByteString out = "content: |\n  ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out + "\nother: 1\n";
}

struct Form {
  const char* name;
  std::function<ByteString(ByteView)> write;
};

std::vector<Form> forms() {
  const auto string = [](const char* before, const char* escaped, ByteString (*other)(char),
                         const char* after) {
    return [=](ByteView text) { return before + to_string_body(text, escaped, other) + after; };
  };
  return {
      {"plain", [](ByteView text) { return ByteString(text); }},
      {"json", string("{\"a\": 1, \"content\": \"", "\"\\", as_is, "\"}\n")},
      {"json, slashes too", string("{\"content\":\"", "\"\\/", in_unicode, "\"}\n")},
      {"yaml", block_scalar},
      {"yaml, quoted", string("a: 1\ncontent: \"", "\"\\", as_is, "\"\n")},
      {"env", string("A=1\nCONTENT=\"", "\"\\", as_is, "\"\n")},
      {"python", string("def f():\n    content = '", "'\\", in_hex, "'\n")},
      {"javascript", string("const content = \"", "\"\\", in_unicode, "\";\n")},
      {"go", string("var content = \"", "\"\\", in_hex, "\"\n")},
      {"java", string("  String content = \"", "\"\\", in_unicode, "\";\n")},
      {"c", string("static const char content[] = \"", "\"\\", in_hex, "\";\n")},
      {"utf-16le", [](ByteView text) { return "\xff\xfe" + to_utf16(text, false); }},
      {"utf-16be", [](ByteView text) { return "\xfe\xff" + to_utf16(text, true); }},
      {"base64", [](ByteView text) { return "data: " + to_base64(text) + "\n"; }},
      {"base64url", [](ByteView text) { return "?d=" + to_base64(text, true) + "&x=1"; }},
      {"mime", [](ByteView text) { return "\r\n" + to_base64(text, false, 76, "\r\n") + "\r\n"; }},
      {"hex", [](ByteView text) { return "data = 0x" + to_hex(text) + ";\n"; }},
      {"percent", [](ByteView text) { return "GET /?q=" + to_percent(text) + " HTTP/1.1\n"; }},
      {"html", [](ByteView text) { return "<pre>\n" + to_html(text) + "\n</pre>\n"; }},
      {"gzip", [](ByteView text) { return "data: " + to_base64(deflated(text, true)) + "\n"; }},
      {"powershell",
       [](ByteView text) { return "powershell -enc " + to_base64(to_utf16(text, false)) + "\n"; }},
      {"json in json",
       [](ByteView text) {
         return "{\"a\": \"" + to_escapes("{\"b\": \"" + to_escapes(text) + "\"}") + "\"}\n";
       }},
  };
}

// Rules that miss a positive in a form, and why.
struct Exception {
  const char* form;  // empty: every form but the text as it lies, UTF-16 and what was base64 or hex
  const char* rule;
  const char* why;
};

constexpr Exception kMisses[] = {
    {"", "rails-key-file", "is a whole file"},
    {"", "vault-password-file", "is a whole file"},
    {"", "secret-file-value", "is a whole file"},
    {"hex", "mail-login-password", "is shorter than what is taken for hexadecimal of text"},
};

// Of negatives: what is no secret for its length is cut in the middle by `\\/`.
constexpr Exception kFinds[] = {
    {"json, slashes too", "fullstory-api-key", "what stands before an escaped slash is a key"},
};

template <std::size_t kSize>
bool excepted(const Exception (&exceptions)[kSize], const std::string& form,
              const std::string& rule) {
  return std::any_of(std::begin(exceptions), std::end(exceptions), [&](const Exception& one) {
    return one.rule == rule && (*one.form == 0 || one.form == form);
  });
}

class DefaultForms : public testing::Test {
 protected:
  void SetUp() override {
    auto rules = load_rules(default_rule_files());
    ASSERT_TRUE(rules.ok());
    auto pack = RulePack::compile(std::move(rules).value());
    ASSERT_TRUE(pack.ok());
    pack_ = std::move(pack).value();
    auto scanner = Scanner::create(pack_.get());
    ASSERT_TRUE(scanner.ok());
    scanner_.emplace(std::move(scanner).value());
  }

  bool speaks(ByteView text, std::uint32_t rule) {
    const auto& matches = scanner_->scan(text);
    return std::any_of(matches.begin(), matches.end(), [&](const Match& match) {
      return match.rule == rule || std::binary_search(match.also.begin(), match.also.end(), rule);
    });
  }

  // For each form the rules whose samples are not as wanted, with the number of the first such one.
  std::map<std::string, std::map<std::string, std::string>> failures(bool positive) {
    std::map<std::string, std::map<std::string, std::string>> out;
    const auto all = forms();
    for (std::uint32_t i = 0; i < pack_->rules().size(); ++i) {
      const Rule& rule = pack_->rules()[i].rule;
      const auto& samples = positive ? rule.positives : rule.negatives;
      for (std::size_t k = 0; k < samples.size(); ++k) {
        const auto text = expand_sample(samples[k], checksum64(rule.id, k));
        EXPECT_TRUE(text.ok()) << rule.id;
        for (const Form& form : all) {
          if (speaks(form.write(text.value()), i) == positive) continue;
          out[form.name].emplace(rule.id, std::to_string(k) + ": " + text.value());
        }
      }
    }
    return out;
  }

  std::shared_ptr<const RulePack> pack_;
  std::optional<Scanner> scanner_;
};

TEST_F(DefaultForms, PositivesAreFoundInEveryForm) {
  for (const auto& [form, rules] : failures(true)) {
    for (const auto& [rule, sample] : rules) {
      if (excepted(kMisses, form, rule)) continue;
      ADD_FAILURE() << form << ": " << rule << " misses its positive " << sample;
    }
  }
}

// But for percent escapes and character references: there what speaks against a sample
// (`<password>`) is written otherwise, and the text as it lies is no negative.
TEST_F(DefaultForms, NegativesAreFoundInNone) {
  for (const auto& [form, rules] : failures(false)) {
    if (form == "percent" || form == "html") continue;
    for (const auto& [rule, sample] : rules) {
      if (excepted(kFinds, form, rule)) continue;
      ADD_FAILURE() << form << ": " << rule << " finds its negative " << sample;
    }
  }
}

}  // namespace
}  // namespace dragnet
