// What a daemon finds after it was killed.
#include "agent/job/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "proc/files.h"

namespace jarvis::agent {
namespace {

class Journals : public ::testing::Test {
 protected:
  proc::TempDir home_ = std::move(*proc::TempDir::make("/tmp", "journal"));
  Journal journal_{home_.path(), "host:0"};
};

TEST_F(Journals, a_record_reads_back_as_it_was_put) {
  const JobRecord record{.task = "t1",
                         .run = "7",
                         .queue = "q1",
                         .worker = "host:0",
                         .epoch = 7,
                         .directory = "/tmp/x",
                         .job = {12, 345},
                         .script = {67, 890},
                         .outcome = "completed"};
  ASSERT_TRUE(journal_.put(record));

  const auto all = Journal(home_.path(), "host:0").all();

  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].task, "t1");
  EXPECT_EQ(all[0].queue, "q1");
  EXPECT_EQ(all[0].epoch, 7);
  EXPECT_EQ(all[0].directory, "/tmp/x");
  EXPECT_EQ(all[0].job.pid, 12);
  EXPECT_EQ(all[0].job.start_time, 345U);
  EXPECT_EQ(all[0].script.pid, 67);
  EXPECT_EQ(all[0].outcome, "completed");
}

TEST_F(Journals, workers_do_not_see_each_other) {
  ASSERT_TRUE(journal_.put({.task = "t1"}));

  EXPECT_TRUE(Journal(home_.path(), "host:1").all().empty());
}

TEST_F(Journals, a_file_that_does_not_read_hides_no_other) {
  ASSERT_TRUE(journal_.put({.task = "t1"}));
  ASSERT_TRUE(proc::write_file_durably(journal_.directory() / "t2.json", "{cut"));

  EXPECT_EQ(journal_.all().size(), 1U);
}

TEST_F(Journals, a_removed_record_is_gone_and_may_be_removed_twice) {
  ASSERT_TRUE(journal_.put({.task = "t1"}));

  EXPECT_TRUE(journal_.remove({.task = "t1"}));
  EXPECT_TRUE(journal_.remove({.task = "t1"}));
  EXPECT_TRUE(journal_.all().empty());
}

TEST_F(Journals, two_runs_of_a_task_do_not_touch_each_other) {
  ASSERT_TRUE(journal_.put({.task = "t1", .run = "1", .outcome = "failed"}));
  ASSERT_TRUE(journal_.put({.task = "t1", .run = "2"}));

  ASSERT_TRUE(journal_.remove({.task = "t1", .run = "1"}));

  EXPECT_EQ(journal_.all().size(), 1U);
  EXPECT_TRUE(journal_.get({.task = "t1", .run = "2"}).value().outcome.empty());
}

TEST_F(Journals, all_of_a_home_are_found) {
  ASSERT_TRUE(journal_.put({.task = "t1"}));
  ASSERT_TRUE(Journal(home_.path(), "host:gpu0").put({.task = "t2"}));

  std::vector<std::string> owners;
  for (const Journal& journal : Journal::all_of(home_.path()))
    owners.push_back(journal.owner());

  EXPECT_THAT(owners, ::testing::UnorderedElementsAre("host.0", "host.gpu0"));
}

TEST(Processes, a_used_again_pid_is_another_process) {
  const ProcessName self = name_process(::getpid());

  EXPECT_TRUE(self.is_alive());
  EXPECT_FALSE((ProcessName{self.pid, self.start_time + 1}).is_alive());
  EXPECT_FALSE(ProcessName{}.is_alive());
}

TEST(Names, a_worker_cannot_leave_its_folder) {
  EXPECT_EQ(file_name_of("host:0"), "host.0");
  EXPECT_EQ(file_name_of("../x/y"), "...x.y");
}

}  // namespace
}  // namespace jarvis::agent
