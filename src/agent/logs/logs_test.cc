#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <random>
#include <set>
#include <sstream>

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
    const std::string first = cutter.add(std::string_view(text).substr(0, border));
    const std::string second = cutter.add(std::string_view(text).substr(border));

    EXPECT_EQ(first + second + cutter.flush(), "one\ntwo\n100%\nΩ three\n\nlast\n") << border;
  }
}

TEST(LineCutter, keeps_each_state_of_a_progress_bar_when_told_to) {
  LineCutter cutter;
  cutter.keep_carriage_returns();

  EXPECT_EQ(cutter.add("10%\r20%\r\n\nnext\n"), "10%\n20%\n\nnext\n");
}

TEST(LineCutter, an_endless_line_goes_on_in_the_next_and_loses_nothing) {
  LineCutter cutter;
  std::string told;
  for (int i = 0; i < 100'000; ++i) {
    told += cutter.add("x€");
    ASSERT_LE(cutter.add("").size(), kLineBytesMax);
  }
  told += cutter.add("\nnext\n");

  std::size_t longest = 0;
  std::string joined;
  std::istringstream lines(told);
  for (std::string line; std::getline(lines, line) && line != "next"; joined += line)
    longest = std::max(longest, line.size());
  EXPECT_LE(longest, kLineBytesMax);
  EXPECT_GT(longest, kLineBytesMax - 4);
  EXPECT_EQ(joined.size(), 400'000U);
  EXPECT_EQ(joined.find("\xEF\xBF\xBD"), std::string::npos) << "a character was cut in two";
}

TEST(LineCutter, whatever_comes_in_whatever_pieces_is_cut_alike) {
  std::mt19937 random(7);
  const std::vector<std::string> parts{"word", "\n", "\r", "\r\n", "€", "\xff", "\xe2\x82", std::string(5'000, 'y'),
                                       "\n\n"};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i)
      text += parts[random() % parts.size()];
    LineCutter at_once, in_pieces;
    if (round % 2 == 0) {
      at_once.keep_carriage_returns();
      in_pieces.keep_carriage_returns();
    }
    std::string pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + random() % 3'000;
      pieces += in_pieces.add(std::string_view(text).substr(at, size));
      at += size;
    }

    pieces += in_pieces.flush();

    std::string whole = at_once.add(text);
    whole += at_once.flush();

    ASSERT_TRUE(whole == pieces) << "round " << round << ": " << whole.size() << " and " << pieces.size() << " bytes";
  }
}

TEST(Utf8, replaces_what_is_not_text) {
  EXPECT_EQ(to_utf8("a\xff\xc3(b"), "a\xEF\xBF\xBD\xEF\xBF\xBD(b");
  EXPECT_EQ(to_utf8("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("a long line of words €\xe2\x82"), "a long line of words €\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(WordFinder, finds_what_a_plain_search_finds) {
  std::mt19937 random(3);
  const auto text_of = [&](std::size_t size) {
    std::string out;
    while (out.size() < size)
      out += static_cast<char>('a' + random() % 2);
    return out;
  };
  for (int round = 0; round < 200; ++round) {
    WordFinder finder;
    std::set<std::string> words;
    for (int i = 0; i < 5; ++i)
      words.insert(text_of(6 + random() % 4));
    for (const std::string& word : words)
      finder.add(word);
    const std::string text = text_of(200);
    std::set<std::pair<std::size_t, std::size_t>> wanted, found;
    for (const std::string& word : words)
      for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        wanted.emplace(at, word.size());

    finder.find_all(text, [&](std::size_t at, std::size_t size) { found.emplace(at, size); });

    ASSERT_EQ(found, wanted);
  }
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
  EXPECT_EQ(redactor.redact("ssh://host\nann@b"), "ssh://host\nann@b");
}

TEST(Redactor, hides_each_line_of_a_secret_of_several_and_all_of_two_that_overlap) {
  Redactor redactor;
  redactor.add("-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0B\n");
  redactor.add("abcdefgh");
  redactor.add("fghijklm");
  redactor.add("ends with the line\n");

  EXPECT_EQ(redactor.redact("a\nMIIEvQIBADANBgkq\nb\n"), "a\n****\nb\n");
  EXPECT_EQ(redactor.redact("x abcdefghijklm y"), "x **** y");
  EXPECT_EQ(redactor.redact("it ends with the line now\n"), "it **** now\n");
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

TEST_F(SpoolTest, reads_what_an_older_agent_s_job_left) {
  const std::string text = "left behind";
  struct {
    std::uint32_t magic = 0x4a56474c, size = 11;
    std::int64_t seq = 1, time_ms = 5;
    std::uint64_t check = 14695981039346656037ULL ^ 1U ^ (5U << 20);
  } header;
  for (const char c : text)
    header.check = (header.check ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  ASSERT_TRUE(proc::write_file_durably(dir_.path() / "spool.log",
                                       std::string(reinterpret_cast<const char*>(&header), sizeof header) + text));

  auto spool = Spool::open(dir_.path()).value();

  ASSERT_TRUE(spool->append(6, "new"));
  EXPECT_THAT(texts(*spool), ElementsAre("left behind", "new"));
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
  ASSERT_TRUE(log.drain(90s));

  const std::lock_guard lock(mutex);
  EXPECT_THAT(arrived, ElementsAre("one", "tw\n[jarvis] ours", "three"));
}

TEST_F(SpoolTest, the_log_waits_for_a_server_that_refuses_the_keys_to_take_others) {
  const SystemClock clock;
  int refusals = 3;
  std::vector<std::string> arrived;
  TaskLog log(Spool::open(dir_.path()).value(), Redactor(), clock);
  log.start_shipping([&](const std::vector<LogRecord>& records) -> Status {
    if (refusals-- > 0) return Error(ErrorCode::unauthorized, "revoked");
    for (const LogRecord& record : records)
      arrived.push_back(record.text);
    return {};
  });

  log.line("one");
  ASSERT_TRUE(log.drain(90s));

  EXPECT_THAT(arrived, ElementsAre("one"));
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
  EXPECT_LT(clock.steady() - begin, 30s);
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
  ASSERT_TRUE(came.wait_for(lock, 90s, [&] { return !arrived.empty(); }));
  EXPECT_THAT(arrived, ElementsAre("20%"));
  lock.unlock();
  log.bytes("\r30%\n");
  ASSERT_TRUE(log.drain(90s));
  EXPECT_THAT(arrived, ElementsAre("20%", "30%"));
}

TEST_F(SpoolTest, a_replaced_run_stops_shipping_and_knows_it) {
  const SystemClock clock;
  TaskLog log(Spool::open(dir_.path()).value(), Redactor(), clock);
  log.start_shipping([](const std::vector<LogRecord>&) -> Status { return Error(ErrorCode::conflict, "stale"); });

  log.line("x");

  EXPECT_FALSE(log.drain(90s));
  EXPECT_TRUE(log.was_replaced());
}

}  // namespace
}  // namespace jarvis::agent
