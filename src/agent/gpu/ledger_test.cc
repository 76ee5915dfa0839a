// Shares of GPUs: which devices a job gets, and that nothing is ever given twice.
#include "agent/gpu/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "proc/environment.h"

namespace jarvis::agent {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> devices(int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i)
    out.push_back(std::to_string(i));
  return out;
}

GpuShape shape(const std::string& text) {
  return parse_gpu_shape(text).value();
}

TEST(GpuShape, is_a_number_a_range_or_a_part) {
  EXPECT_EQ(shape("2").min, 2000);
  EXPECT_EQ(shape("2").max, 2000);
  EXPECT_EQ(shape("1-4").max, 4000);
  EXPECT_EQ(shape("0.25-1").min, 250);
  for (const char* wrong : {"", "0", "-1", "x", "1.5", "4-1", "1-", "1e9", "2x"})
    EXPECT_FALSE(parse_gpu_shape(wrong)) << wrong;
}

TEST(GpuLedger, several_devices_are_the_first_free_ones_and_as_many_as_wanted) {
  GpuLedger ledger(devices(4));

  EXPECT_THAT(ledger.take("one", shape("1"))->devices, ElementsAre("0"));
  EXPECT_THAT(ledger.take("dual", shape("2"))->devices, ElementsAre("1", "2"));
  EXPECT_EQ(ledger.take("too much", shape("2")), std::nullopt);
  EXPECT_THAT(ledger.take("what there is", shape("1-4"))->devices, ElementsAre("3"));
  ledger.give_back("dual");
  EXPECT_THAT(ledger.take("up to four", shape("1-4"))->devices, ElementsAre("1", "2"));
}

TEST(GpuLedger, parts_go_where_the_least_remains_so_that_whole_devices_stay_whole) {
  GpuLedger ledger(devices(2));

  EXPECT_THAT(ledger.take("a", shape("0.5"))->devices, ElementsAre("0"));
  EXPECT_THAT(ledger.take("b", shape("0.25"))->devices, ElementsAre("0"));
  EXPECT_THAT(ledger.take("whole", shape("1"))->devices, ElementsAre("1"));
  EXPECT_EQ(ledger.take("c", shape("0.5")), std::nullopt);
  EXPECT_EQ(ledger.take("d", shape("0.1-0.5"))->part, 250);
}

TEST(GpuLedger, equal_parts_of_one_device_are_told_apart) {
  GpuLedger ledger(devices(1));

  EXPECT_EQ(worker_suffix(*ledger.take("a", shape("0.25"))), "gpu0.25a");
  EXPECT_EQ(worker_suffix(*ledger.take("b", shape("0.25"))), "gpu0.25b");
  EXPECT_EQ(worker_suffix(*ledger.take("c", shape("0.5"))), "gpu0.5a");
  ledger.give_back("a");
  EXPECT_EQ(worker_suffix(*ledger.take("d", shape("0.25"))), "gpu0.25a");
}

TEST(GpuLedger, a_mig_slice_is_a_device_of_its_own) {
  GpuLedger ledger({"0:0", "0:1", "1"});

  const auto share = ledger.take("t", shape("1"));

  EXPECT_THAT(share->devices, ElementsAre("0:0"));
  EXPECT_EQ(worker_suffix(*share), "gpu0.0");
}

TEST(GpuLedger, devices_that_somebody_else_uses_are_left_alone) {
  GpuLedger ledger(devices(2));
  ledger.set_foreign({"0"});

  EXPECT_THAT(ledger.take("t", shape("1-2"))->devices, ElementsAre("1"));
  EXPECT_FALSE(ledger.has_room_for(shape("0.1")));
}

TEST(GpuShare, its_worker_s_name_says_what_it_holds) {
  EXPECT_EQ(worker_suffix({{"0", "1"}, kWholeDevice}), "gpu0,1");
  EXPECT_EQ(worker_suffix({{"2"}, 250, 'b'}), "gpu2.25b");
  EXPECT_EQ(worker_suffix({{"2"}, 125}), "gpu2.125a");
}

/// JARVIS_SIMULATION_EVENTS=1000000 for the large one, JARVIS_SIMULATION_SEED for another.
unsigned from_environment(const char* name, unsigned otherwise) {
  const auto value = proc::Environment::inherited().get(name);
  return value ? static_cast<unsigned>(std::stoul(*value)) : otherwise;
}

/// A machine of 64 devices, four of them cut into slices, and daemons that share them as the register has it: what is
/// held stands in one place, and whoever takes something builds a ledger of it. It keeps a book of its own, and holds
/// each answer of a ledger against it.
class Machine {
 public:
  Machine() {
    for (int device = 0; device < 64; ++device) {
      if (device >= 60) {
        for (int slice = 0; slice < 7; ++slice)
          all_.push_back(std::to_string(device) + ":" + std::to_string(slice));
      } else {
        all_.push_back(std::to_string(device));
      }
    }
  }

  void run(unsigned events) {
    daemons_ = {all_, part_of_all(), part_of_all(), part_of_all()};
    for (event_ = 0; event_ < events && !::testing::Test::HasFatalFailure(); ++event_)
      step();
  }

  void expect_nothing_is_lost() {
    for (const auto& [task, held] : std::map(held_))
      end(task);
    foreign_.clear();
    GpuLedger ledger = ledger_of(all_);
    EXPECT_EQ(ledger.take("all", {64'000 + 24'000, 64'000 + 24'000})->devices.size(), 88U);
  }

  unsigned taken = 0, refused = 0;

 private:
  struct Held {
    GpuShare share;
    std::size_t daemon;
    bool is_handed_over = false;  // to the job's process: from then on the daemon's death does not matter
  };

  void step() {
    const auto dice = random_() % 1000;
    if (dice < 400) return take();
    if (dice < 620) return hand_over();
    if (dice < 970) return end_one();
    if (dice < 990) return somebody_else_computes();
    crash_daemon();
  }

  void take() {
    static const std::vector<GpuShape> kShapes{shape("1"),   shape("2"),       shape("1-4"), shape("8"),
                                               shape("0.5"), shape("0.125-1"), shape("0.25")};
    const std::size_t daemon = random_() % daemons_.size();
    const GpuShape& wanted = kShapes[random_() % kShapes.size()];
    // Now and then a task that has a share already begins anew.
    const std::string task = random_() % 50 == 0 && !held_.empty() ? held_.begin()->first : std::to_string(next_++);
    end(task);
    GpuLedger ledger = ledger_of(daemons_[daemon]);
    const bool was_possible = can_have(daemons_[daemon], wanted);
    ASSERT_EQ(ledger.has_room_for(wanted), was_possible) << "event " << event_;

    const auto share = ledger.take(task, wanted);

    ASSERT_EQ(share.has_value(), was_possible) << "event " << event_;
    ++(share ? taken : refused);
    if (!share) return;
    check_shape(*share, wanted);
    for (const std::string& device : share->devices) {
      ASSERT_TRUE(std::ranges::find(daemons_[daemon], device) != daemons_[daemon].end()) << device << " is another's";
      ASSERT_FALSE(foreign_.contains(device) && used_[device] == 0) << device << " is somebody else's";
      used_[device] += share->part;
      ASSERT_LE(used_[device], kWholeDevice) << device << " given twice, event " << event_;
    }
    for (const auto& [other, has] : held_)
      ASSERT_NE(worker_suffix(has.share), worker_suffix(*share)) << "two workers of one name";
    held_[task] = {*share, daemon};
    tasks_.push_back(task);
  }

  static void check_shape(const GpuShare& share, const GpuShape& wanted) {
    const int total = share.part * static_cast<int>(share.devices.size());
    ASSERT_TRUE(total >= wanted.min && total <= std::max(wanted.max, kWholeDevice));
    ASSERT_TRUE(share.part == kWholeDevice || share.devices.size() == 1);
    ASSERT_EQ(std::set(share.devices.begin(), share.devices.end()).size(), share.devices.size());
  }

  /// By the book: enough whole devices that are free, or one with enough left.
  bool can_have(const std::vector<std::string>& devices, const GpuShape& wanted) {
    int whole = 0, most = 0;
    for (const std::string& device : devices) {
      const int used = used_[device];
      const int free = used == 0 && foreign_.contains(device) ? 0 : kWholeDevice - used;
      whole += free == kWholeDevice;
      most = std::max(most, free);
    }
    if (wanted.min < kWholeDevice) return most >= wanted.min;
    return whole * kWholeDevice >= wanted.min;
  }

  void hand_over() {
    if (!tasks_.empty()) held_.at(tasks_[random_() % tasks_.size()]).is_handed_over = true;
  }

  /// A job ends, by itself or by a signal.
  void end_one() {
    if (!tasks_.empty()) end(std::string(tasks_[random_() % tasks_.size()]));
  }

  void end(const std::string& task) {
    const auto found = held_.find(task);
    if (found == held_.end()) return;
    for (const std::string& device : found->second.share.devices)
      used_[device] -= found->second.share.part;
    held_.erase(found);
    std::erase(tasks_, task);
  }

  void somebody_else_computes() {
    const std::string& device = all_[random_() % all_.size()];
    if (foreign_.erase(device) == 0) foreign_.insert(device);
    // Mostly theirs come and go; the machine is not to fill up with them.
    if (foreign_.size() > 8) foreign_.erase(foreign_.begin());
  }

  /// What it had not handed over is free again, its jobs keep theirs, and a new one may be started for other devices.
  void crash_daemon() {
    const std::size_t daemon = random_() % daemons_.size();
    for (const auto& [task, held] : std::map(held_))
      if (held.daemon == daemon && !held.is_handed_over) end(task);
    if (random_() % 2 == 0) daemons_[daemon] = daemon == 0 ? all_ : part_of_all();
    check_ledger_of(daemons_[daemon]);
  }

  /// Each device of a new daemon is as free as the book says.
  void check_ledger_of(const std::vector<std::string>& devices) {
    const GpuLedger ledger = ledger_of(devices);
    for (const std::string& device : devices) {
      const int used = used_[device];
      const bool is_left_alone = used == 0 && foreign_.contains(device);
      ASSERT_EQ(ledger.free_of(device), is_left_alone ? 0 : kWholeDevice - used) << device << " event " << event_;
    }
  }

  GpuLedger ledger_of(const std::vector<std::string>& devices) const {
    GpuLedger ledger(devices);
    for (const auto& [task, held] : held_)
      ledger.note(task, held.share);
    ledger.set_foreign(foreign_);
    return ledger;
  }

  /// A row of devices that may overlap with that of others.
  std::vector<std::string> part_of_all() {
    const auto begin = random_() % all_.size();
    const auto size = 1 + random_() % 24;
    std::vector<std::string> out;
    for (std::size_t i = begin; i < std::min<std::size_t>(begin + size, all_.size()); ++i)
      out.push_back(all_[i]);
    return out;
  }

  std::mt19937 random_{from_environment("JARVIS_SIMULATION_SEED", 20)};
  std::vector<std::string> all_;
  std::vector<std::vector<std::string>> daemons_;  // the devices of each
  std::map<std::string, Held> held_;               // by task
  std::vector<std::string> tasks_;                 // that hold something
  std::map<std::string, int> used_;                // thousandths, by device
  std::set<std::string> foreign_;
  unsigned event_ = 0;
  int next_ = 0;
};

TEST(GpuLedger, random_events_never_give_anything_twice_nor_lose_anything) {
  Machine machine;

  machine.run(from_environment("JARVIS_SIMULATION_EVENTS", 5'000));

  EXPECT_GT(machine.taken, 100U);
  EXPECT_GT(machine.refused, 100U) << "the machine was never full";
  machine.expect_nothing_is_lost();
}

}  // namespace
}  // namespace jarvis::agent
