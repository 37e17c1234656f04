// See dragnet_precompile() in DragnetTargets.cmake.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "precompiled_std.h"
