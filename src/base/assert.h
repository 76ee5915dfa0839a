// JV_ASSERT: a bug in this program, always on; the process ends and its supervisor starts it again.
#pragma once

namespace jarvis {
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
}

#define JV_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::jarvis::assertion_failed(#condition, __FILE__, __LINE__))
