#include "report/escape.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"
#include "report/terminal_safety.h"

namespace dragnet {
namespace {

TEST(EscapeText, LeavesReadableTextAlone) {
  EXPECT_EQ(escape_text("src/caf\xc3\xa9/\xe6\x97\xa5.c \\n"),
            "src/caf\xc3\xa9/\xe6\x97\xa5.c \\n");
}

TEST(EscapeText, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(escape_text("a\x1b[31mb\x07\x7f\n\r\t"), "a\\x1b[31mb\\x07\\x7f\\n\\r\\t");
  EXPECT_EQ(escape_text("\xc2\x9b"
                        "31m"),
            "\\u{9b}31m");  // C1 CSI
  EXPECT_EQ(escape_text("\xe2\x80\xae"
                        "cod"),
            "\\u{202e}cod");  // right-to-left override
  EXPECT_EQ(escape_text("a\xe2\x80\x8b"
                        "b\xef\xbb\xbf"),
            "a\\u{200b}b\\u{feff}");
  EXPECT_EQ(escape_text("\xf3\xa0\x81\x81"), "\\u{e0041}");  // tag letter
}

TEST(EscapeText, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(escape_text("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(escape_text("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(escape_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(escape_text("\xe2\x82"), "\\xe2\\x82");           // cut off
  EXPECT_EQ(escape_text("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST(EscapeText, IsAlwaysSafe) {
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes;
    for (std::size_t n = random() % 40; n > 0; --n) {
      bytes += static_cast<char>(random() % 3 == 0 ? random() % 256 : 0xc0 + random() % 64);
    }
    const std::string escaped = escape_text(bytes);
    ASSERT_EQ(unsafe_for_terminal(escaped), "");
    ASSERT_EQ(escape_text(escaped), escaped);
  }
}

TEST(IsUtf8, AgreesWithDecoding) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("\xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_utf8("\xf0\x9f\x98"));
  EXPECT_FALSE(is_utf8("\x80"));
}

TEST(Columns, CountsWhatATerminalShows) {
  EXPECT_EQ(display_columns("abc"), 3u);
  EXPECT_EQ(display_columns("caf\xc3\xa9"), 4u);
  EXPECT_EQ(display_columns("\xe6\x97\xa5\xe6\x9c\xac"), 4u);  // two wide characters
  EXPECT_EQ(display_columns("e\xcc\x81"), 1u);                 // a combining accent
}

TEST(ClipText, CutsInTheMiddle) {
  EXPECT_EQ(clip_text("0123456789", 10), "0123456789");
  EXPECT_EQ(clip_text("0123456789", 9), "012...789");
  EXPECT_EQ(clip_text("0123456789", 1), "0...9");
  EXPECT_EQ(head_columns("\xe6\x97\xa5\xe6\x9c\xac", 3), "\xe6\x97\xa5");
  EXPECT_EQ(tail_columns("\xe6\x97\xa5\xe6\x9c\xac", 3), "\xe6\x9c\xac");
}

TEST(ClipText, NeverCutsACharacter) {
  std::mt19937 random(4);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (std::size_t n = random() % 30; n > 0; --n) {
      constexpr const char* kSome[] = {"a", "\xc3\xa9", "\xe6\x97\xa5", "\xcc\x81",
                                       "\xf0\x9f\x98\x80"};
      text += kSome[random() % 5];
    }
    const std::size_t columns = 5 + random() % 30;
    const std::string clipped = clip_text(text, columns);
    ASSERT_TRUE(is_utf8(clipped));
    ASSERT_LE(display_columns(clipped), columns);
  }
}

TEST(Latin1, LosesNothing) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const std::string text = latin1_to_utf8(all);
  std::string back;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = 0;
    const std::size_t length = decode_utf8(text, at, &c);
    ASSERT_NE(length, 0u);
    back += static_cast<char>(c);
    at += length;
  }
  EXPECT_EQ(back, all);
}

std::string percent_decode(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      out += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

TEST(PercentEncodePath, EncodesWhatAUriMayNotHold) {
  EXPECT_EQ(percent_encode_path("src/a b#c?d%e:f.c"), "src/a%20b%23c%3Fd%25e%3Af.c");
  EXPECT_EQ(percent_encode_path("\xff/caf\xc3\xa9"), "%FF/caf%C3%A9");
  EXPECT_EQ(percent_encode_path("//evil.example/x"), "/%2Fevil.example/x");
}

TEST(PercentEncodePath, CanBeTurnedBack) {
  std::mt19937 random(5);
  for (int i = 0; i < 5000; ++i) {
    std::string path;
    for (std::size_t n = random() % 40; n > 0; --n) path += static_cast<char>(random() % 256);
    const std::string encoded = percent_encode_path(path);
    ASSERT_EQ(percent_decode(encoded), path);
    ASSERT_EQ(encoded.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789-._~!$&'()*+,;=@/%"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace dragnet
