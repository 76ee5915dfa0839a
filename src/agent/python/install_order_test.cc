#include "agent/python/install_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace jarvis::agent {

void PrintTo(const InstallPhase& phase, std::ostream* out) {
  *out << (phase.is_main ? "main " : "") << (phase.is_optional ? "optional " : "") << phase.requirements;
}

namespace {

using testing::ElementsAre;

TEST(InstallOrder, is_one_phase_unless_the_settings_name_a_package_that_is_asked_for) {
  EXPECT_THAT(install_phases("six\nnumpy\n", {}), ElementsAre(InstallPhase{"six\nnumpy\n", false, false, true}));
  EXPECT_THAT(install_phases("", {.first = {"numpy"}}), ElementsAre(InstallPhase{"", false, false, true}));
}

TEST(InstallOrder, puts_packages_before_and_after_the_others) {
  const InstallOrder order{.first = {"Cython", "numpy<2"},
                           .first_if_possible = {"pygobject"},
                           .last = {"flash_attn"},
                           .last_if_possible = {"apex", "horovod"}};

  EXPECT_THAT(
      install_phases("horovod==0.28\nsix\nnumpy==1.26 \\\n--hash=sha256:aa\nflash-attn\nPyGObject>=3\ncython\n", order),
      ElementsAre(InstallPhase{"numpy==1.26 \\\n--hash=sha256:aa\ncython\n", false, false, false},
                  InstallPhase{"PyGObject>=3\n", true, false, false}, InstallPhase{"six\n", false, false, true},
                  InstallPhase{"flash-attn\n", false, true, false},
                  InstallPhase{"horovod==0.28\n", true, true, false}));
}

}  // namespace
}  // namespace jarvis::agent
