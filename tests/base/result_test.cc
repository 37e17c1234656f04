#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>

namespace dragnet {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return usage_error(std::to_string(value) + " is odd", "give an even number");
  return value / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = half(8);
  EXPECT_TRUE(good.ok());
  EXPECT_TRUE(static_cast<bool>(good));
  EXPECT_EQ(good.value(), 4);
  EXPECT_EQ(*good, 4);
  const Result<int> bad = half(7);
  EXPECT_FALSE(bad.ok());
  EXPECT_FALSE(static_cast<bool>(bad));
  EXPECT_EQ(bad.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(bad.error().text(), "7 is odd; give an even number");
}

TEST(Result, TheWrongOneThrows) {
  EXPECT_THROW(static_cast<void>(half(7).value()), std::bad_variant_access);
  EXPECT_THROW(static_cast<void>(half(8).error()), std::bad_variant_access);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(3);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(**made, 3);
  const std::unique_ptr<int> taken = std::move(made).value();
  EXPECT_EQ(*taken, 3);
}

TEST(Result, AValueMayBeAString) {
  const Result<std::string> text = std::string("a");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->size(), 1U);
}

TEST(Status, IsSuccessWithoutAValue) {
  EXPECT_TRUE(ok_status().ok());
  const Status failed = unreadable_error("cannot read 'x'");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, ErrorKind::kUnreadable);
  EXPECT_EQ(failed.error().text(), "cannot read 'x'");
}

}  // namespace
}  // namespace dragnet
