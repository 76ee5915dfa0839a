// Shares of GPUs: which devices a job gets, and that nothing is ever given twice.
#include "agent/gpu/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

/// 64 devices; random takes, returns, crashes of a daemon (which keeps its jobs) and of jobs.
TEST(GpuLedger, random_events_never_give_anything_twice_nor_lose_anything) {
  constexpr int kDevices = 64;
  const unsigned events = from_environment("JARVIS_SIMULATION_EVENTS", 50'000);
  std::mt19937 random(from_environment("JARVIS_SIMULATION_SEED", 20));
  const std::vector<GpuShape> shapes{shape("1"),   shape("2"),       shape("1-4"), shape("8"),
                                     shape("0.5"), shape("0.125-1"), shape("0.25")};
  GpuLedger ledger(devices(kDevices));
  std::vector<std::string> holders;
  int next = 0;
  const auto used_by_shares = [&] {
    std::map<std::string, int> used;
    for (const auto& [holder, share] : ledger.shares())
      for (const std::string& device : share.devices)
        used[device] += share.part;
    return used;
  };
  for (unsigned event = 0; event < events; ++event) {
    const auto dice = random() % 1000;
    if (dice < 550) {
      const GpuShape& wanted = shapes[random() % shapes.size()];
      const std::string holder = std::to_string(next++);
      const bool was_possible = ledger.has_room_for(wanted);
      const auto share = ledger.take(holder, wanted);
      ASSERT_EQ(share.has_value(), was_possible);
      if (!share) continue;
      const int total = share->part * static_cast<int>(share->devices.size());
      ASSERT_TRUE(total >= wanted.min && total <= std::max(wanted.max, kWholeDevice));
      holders.push_back(holder);
    } else if (dice < 999 && !holders.empty()) {
      const std::size_t which = random() % holders.size();
      ledger.give_back(holders[which]);
      holders.erase(holders.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
      // The daemon is killed: a new one finds the shares of the living jobs, and some jobs have died with it.
      GpuLedger after(devices(kDevices));
      std::vector<std::string> alive;
      for (const std::string& holder : holders) {
        if (random() % 4 == 0) continue;
        after.note(holder, ledger.shares().at(holder));
        alive.push_back(holder);
      }
      ledger = std::move(after);
      holders = std::move(alive);
    }
    if (event % 997 != 0) continue;
    const auto used = used_by_shares();
    for (const auto& [device, part] : used)
      ASSERT_LE(part, kWholeDevice) << "device " << device << " event " << event;
    for (const std::string& device : devices(kDevices))
      ASSERT_EQ(ledger.free_of(device), kWholeDevice - (used.contains(device) ? used.at(device) : 0));
  }
  for (const std::string& holder : holders)
    ledger.give_back(holder);
  EXPECT_EQ(ledger.take("all", shape("64"))->devices.size(), 64U);
}

}  // namespace
}  // namespace jarvis::agent
