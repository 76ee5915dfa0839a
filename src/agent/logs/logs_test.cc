#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>

#include "agent/logs/task_log.h"
#include "base/digest.h"
#include "proc/files.h"

namespace jarvis::agent {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(LineCutter, finds_the_same_lines_at_every_chunk_border) {
  const std::string text = "one\ntwo\r\n10%\r50%\r100%\nΩ three\n\nlast";
  for (std::size_t border = 0; border <= text.size(); ++border) {
    LineCutter cutter;
    std::vector<std::string> lines = cutter.add(std::string_view(text).substr(0, border));
    for (std::string& line : cutter.add(std::string_view(text).substr(border)))
      lines.push_back(std::move(line));
    lines.push_back(cutter.flush());

    EXPECT_THAT(lines, ElementsAre("one", "two", "100%", "Ω three", "", "last")) << border;
  }
}

TEST(LineCutter, keeps_each_state_of_a_progress_bar_when_told_to) {
  LineCutter cutter;
  cutter.keep_carriage_returns();

  EXPECT_EQ(cutter.add("10%\r20%\r\n\nnext\n"), (std::vector<std::string>{"10%", "20%", "", "next"}));
}

TEST(LineCutter, cuts_an_endless_line_and_says_so) {
  LineCutter cutter;
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(cutter.add(std::string(1000, 'x')).empty());

  const auto lines = cutter.add("\nnext\n");

  ASSERT_EQ(lines.size(), 2U);
  EXPECT_LT(lines[0].size(), kLineBytesMax + 64);
  EXPECT_THAT(lines[0], testing::EndsWith("[line cut at 16 KiB]"));
  EXPECT_EQ(lines[1], "next");
}

TEST(Utf8, replaces_what_is_not_text) {
  EXPECT_EQ(to_utf8("a\xff\xc3(b"), "a\xEF\xBF\xBD\xEF\xBF\xBD(b");
  EXPECT_EQ(to_utf8("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Redactor, hides_a_secret_in_all_its_forms) {
  Redactor redactor;
  redactor.add("s3cr/t+key");
  redactor.add("no");

  for (const std::string& form :
       {std::string("s3cr/t+key"), base64_encode("s3cr/t+key"), std::string("s3cr%2ft%2bkey")}) {
    EXPECT_EQ(redactor.redact("x " + form + " y").find(form), std::string::npos) << form;
  }
  EXPECT_EQ(redactor.redact("no harm"), "no harm");
  EXPECT_EQ(redactor.redact("git clone https://ann:tok@host/x.git"), "git clone https://ann:****@host/x.git");
  EXPECT_EQ(redactor.redact("https://host/a@b"), "https://host/a@b");
}

TEST(Redactor, hides_what_the_environment_calls_secret_and_any_signed_token) {
  Redactor redactor;
  proc::Environment environment;
  environment.set("HF_TOKEN", "hf_abcdef123").set("AWS_SECRET_ACCESS_KEY", "wJalrXUtn").set("db_password", "hunter22");
  environment.set("TOKENIZERS_PARALLELISM", "disabled").set("APP_CREDENTIALS", "/etc/app.json");
  redactor.add_secrets_of(environment);
  const std::string token = "eyJhbGciOiJIUzI1NiJ9." + std::string(60, 'a') + ".c2ln_-bmF0dXJl";

  EXPECT_EQ(redactor.redact("hf_abcdef123 wJalrXUtn hunter22"), "**** **** ****");
  EXPECT_EQ(redactor.redact("disabled /etc/app.json"), "disabled /etc/app.json");
  EXPECT_EQ(redactor.redact("AUTH='" + token + "'"), "AUTH='****'");
  EXPECT_EQ(redactor.redact("eyJ.a.b eyJ"), "eyJ.a.b eyJ");
}

class SpoolTest : public testing::Test {
 protected:
  proc::TempDir dir_ = proc::TempDir::make("/tmp", "jarvis-spool-").value();
  std::vector<std::string> texts(Spool& spool) {
    const auto records = spool.read_unacknowledged(1 << 20).value();
    std::vector<std::string> out;
    for (const LogRecord& record : records)
      out.push_back(record.text);
    return out;
  }
};

TEST_F(SpoolTest, keeps_what_is_not_acknowledged_over_a_restart) {
  {
    auto spool = Spool::open(dir_.path()).value();
    for (const char* text : {"a", "b", "c"})
      ASSERT_TRUE(spool->append(1, text));
    ASSERT_TRUE(spool->acknowledge(1));
  }
  auto spool = Spool::open(dir_.path()).value();

  EXPECT_THAT(texts(*spool), ElementsAre("b", "c"));
  ASSERT_TRUE(spool->append(2, "d"));
  EXPECT_EQ(spool->last_seq(), 4);
}

TEST_F(SpoolTest, drops_a_record_that_a_crash_cut) {
  {
    auto spool = Spool::open(dir_.path()).value();
    ASSERT_TRUE(spool->append(1, "whole"));
    ASSERT_TRUE(spool->append(1, "cut here"));
  }
  const auto path = dir_.path() / "spool.log";
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 3);

  auto spool = Spool::open(dir_.path()).value();

  EXPECT_THAT(texts(*spool), ElementsAre("whole"));
  ASSERT_TRUE(spool->append(1, "again"));
  EXPECT_THAT(texts(*spool), ElementsAre("whole", "again"));
}

TEST_F(SpoolTest, reads_in_pieces_of_bounded_size) {
  auto spool = Spool::open(dir_.path()).value();
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(spool->append(1, std::string(1000, 'x')));

  EXPECT_LT(spool->read_unacknowledged(10'000).value().size(), 15U);
}

TEST_F(SpoolTest, the_log_arrives_once_and_in_order_through_a_server_that_fails) {
  const SystemClock clock;
  std::mutex mutex;
  std::vector<std::string> arrived;
  int failures = 3;
  TaskLog log(Spool::open(dir_.path()).value(), Redactor(), clock);
  log.start_shipping([&](const std::vector<LogRecord>& records) -> Status {
    const std::lock_guard lock(mutex);
    if (failures-- > 0) return unavailable("down");
    for (const LogRecord& record : records)
      arrived.push_back(record.text);
    return {};
  });

  log.bytes("one\ntw");
  log.line("[jarvis] ours");
  log.bytes("three");
  ASSERT_TRUE(log.drain(20s));

  const std::lock_guard lock(mutex);
  EXPECT_THAT(arrived, ElementsAre("one", "tw\n[jarvis] ours", "three"));
}

TEST_F(SpoolTest, gives_the_disk_back_and_still_opens_where_it_was) {
  const auto blocks = [&] {
    struct stat info{};
    EXPECT_EQ(::stat((dir_.path() / "spool.log").c_str(), &info), 0);
    return info.st_blocks * 512;
  };
  {
    auto spool = Spool::open(dir_.path()).value();
    for (int i = 0; i < 400; ++i)
      ASSERT_TRUE(spool->append(1, std::string(32'000, 'x')));
    ASSERT_TRUE(spool->append(1, "last"));
    const auto before = blocks();
    ASSERT_TRUE(spool->acknowledge(400));
    EXPECT_LT(blocks(), before / 2);
    EXPECT_THAT(texts(*spool), ElementsAre("last"));
  }
  auto spool = Spool::open(dir_.path()).value();

  EXPECT_THAT(texts(*spool), ElementsAre("last"));
  EXPECT_EQ(spool->acknowledged(), 400);
  EXPECT_EQ(spool->last_seq(), 401);
}

TEST_F(SpoolTest, a_log_of_many_short_records_opens_at_once) {
  {
    auto spool = Spool::open(dir_.path()).value();
    for (int i = 0; i < 100'000; ++i)
      ASSERT_TRUE(spool->append(1, "one short line"));
  }
  const SystemClock clock;
  const SteadyTime begin = clock.steady();

  auto spool = Spool::open(dir_.path()).value();

  EXPECT_EQ(spool->last_seq(), 100'000);
  EXPECT_LT(clock.steady() - begin, 5s);
}

TEST_F(SpoolTest, a_progress_bar_that_never_ends_its_line_is_shown) {
  FakeClock clock;
  std::mutex mutex;
  std::condition_variable came;
  std::vector<std::string> arrived;
  TaskLog log(Spool::open(dir_.path()).value(), Redactor(), clock);
  log.start_shipping([&](const std::vector<LogRecord>& records) -> Status {
    const std::lock_guard lock(mutex);
    for (const LogRecord& record : records)
      arrived.push_back(record.text);
    came.notify_all();
    return {};
  });
  log.bytes("10%\r20%");
  clock.advance(6s);

  std::unique_lock lock(mutex);
  ASSERT_TRUE(came.wait_for(lock, 20s, [&] { return !arrived.empty(); }));
  EXPECT_THAT(arrived, ElementsAre("20%"));
  lock.unlock();
  log.bytes("\r30%\n");
  ASSERT_TRUE(log.drain(20s));
  EXPECT_THAT(arrived, ElementsAre("20%", "30%"));
}

TEST_F(SpoolTest, a_replaced_run_stops_shipping_and_knows_it) {
  const SystemClock clock;
  TaskLog log(Spool::open(dir_.path()).value(), Redactor(), clock);
  log.start_shipping([](const std::vector<LogRecord>&) -> Status { return Error(ErrorCode::conflict, "stale"); });

  log.line("x");

  EXPECT_FALSE(log.drain(20s));
  EXPECT_TRUE(log.was_replaced());
}

}  // namespace
}  // namespace jarvis::agent
