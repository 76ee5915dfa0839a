#include "server/domain/task_states.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace jarvis::server::domain {
namespace {

// The rule written a second time, as the protocol's page has it.
const std::map<std::string, std::set<std::string>> kAllowed{
    {"created", {"queued", "in_progress"}},
    {"queued", {"created", "in_progress", "stopped"}},
    {"in_progress", {"stopped", "failed", "created", "completed"}},
    {"stopped", {"closed", "created", "failed", "queued", "in_progress", "published", "publishing", "completed"}},
    {"publishing", {"published"}},
    {"published", {}},
    {"closed", {"created", "published"}},
    {"failed", {"created", "stopped", "published", "queued"}},
    {"completed", {"published", "in_progress", "created"}},
    {"unknown", {}},
};

TEST(TaskStates, every_move_is_allowed_or_refused_as_the_protocol_says) {
  std::size_t pairs = 0;
  for (const auto& [from, allowed] : kAllowed) {
    for (const auto& [to, unused] : kAllowed) {
      const TaskState a = task_state_from(from).value();
      const TaskState b = task_state_from(to).value();
      const bool stays = from == to && from != "published" && from != "publishing";

      EXPECT_EQ(can_become(a, b), stays || allowed.contains(to)) << from << " > " << to;
      EXPECT_EQ(check_transition(a, b, Force::no).has_value(), can_become(a, b)) << from << " > " << to;
      EXPECT_TRUE(check_transition(a, b, Force::yes)) << from << " > " << to;
      ++pairs;
    }
  }
  EXPECT_EQ(pairs, kTaskStateCount * kTaskStateCount);
}

TEST(TaskStates, names_read_back) {
  for (std::size_t i = 0; i < kTaskStateCount; ++i) {
    const auto state = static_cast<TaskState>(i);
    EXPECT_EQ(task_state_from(to_string(state)), state);
  }
  EXPECT_FALSE(task_state_from("running"));
}

TEST(TaskStates, a_refused_move_says_what_would_be_allowed) {
  const auto refused = check_transition(TaskState::created, TaskState::completed, Force::no);

  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(api::invalid_task_status));
  EXPECT_THAT(refused.error().message(),
              testing::HasSubstr("created cannot become completed without force; it can become queued, in_progress"));
  EXPECT_EQ(refused.error().data().at("current_status"), "created");
  EXPECT_EQ(refused.error().data().at("new_status"), "completed");
}

TEST(TaskStates, drafts_are_edited_running_tasks_only_with_force_and_others_never) {
  EXPECT_TRUE(check_editable(TaskState::created, Force::no));
  EXPECT_FALSE(check_editable(TaskState::in_progress, Force::no));
  EXPECT_TRUE(check_editable(TaskState::in_progress, Force::yes));
  for (const TaskState state : {TaskState::queued, TaskState::stopped, TaskState::completed, TaskState::failed,
                                TaskState::published, TaskState::closed}) {
    EXPECT_FALSE(check_editable(state, Force::yes)) << to_string(state);
  }
}

}  // namespace
}  // namespace jarvis::server::domain
