// Who may use which part of which GPU: whole devices, several, fractions of one by memory, MIG slices. Pure and
// deterministic: the same calls in the same order give the same shares.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace jarvis::agent {

/// Parts of a device are counted in thousandths of its memory.
inline constexpr int kWholeDevice = 1000;

/// How much a job of a queue needs, in thousandths: 500 is half a device, 2000 are two whole ones. At least `min`, up
/// to `max` when so much is free.
struct GpuShape {
  int min = kWholeDevice;
  int max = kWholeDevice;
};
/// "2", "1-4", "0.5", "0.25-1". Errors: invalid_argument.
Result<GpuShape> parse_gpu_shape(const std::string& text);

/// What a job holds.
struct GpuShare {
  std::vector<std::string> devices;  // as --gpus names them: "0", "3", or "0:1" for a MIG slice
  int part = kWholeDevice;           // of each; less than kWholeDevice only for a single device
  char letter = 'a';                 // tells equal parts of one device apart

  bool operator==(const GpuShare&) const = default;
};
/// "gpu0,1" or, for a part of one device, "gpu0.25a": the last piece of a worker's id.
std::string worker_suffix(const GpuShare& share);

class GpuLedger {
 public:
  /// Devices in the order in which they are given out.
  explicit GpuLedger(std::vector<std::string> devices);

  /// A share for `holder`, or nothing while too little is free. A part goes where the least remains (whole devices stay
  /// whole); several devices are the first free ones. A holder has one share.
  std::optional<GpuShare> take(const std::string& holder, const GpuShape& shape);
  /// Whether take() would give something.
  bool has_room_for(const GpuShape& shape) const;
  /// A share that exists already: of a job found again, of another daemon. Devices that are not ours do not matter.
  void note(const std::string& holder, const GpuShare& share);
  void give_back(const std::string& holder);
  /// Somebody else computes on this device: nothing new goes there.
  void set_foreign(const std::set<std::string>& devices);

  /// Free thousandths of a device.
  int free_of(const std::string& device) const;
  const std::unordered_map<std::string, GpuShare>& shares() const { return shares_; }

 private:
  std::optional<GpuShare> choose(const GpuShape& shape) const;
  char free_letter(const GpuShare& part) const;

  int free_at(std::size_t place) const {
    return is_foreign_[place] && used_[place] == 0 ? 0 : kWholeDevice - used_[place];
  }
  void add(const GpuShare& share, int sign);

  std::vector<std::string> devices_;
  std::map<std::string, std::size_t, std::less<>> places_;  // of the devices
  std::vector<int> used_;                                   // by place, thousandths
  std::vector<bool> is_foreign_;                            // by place
  std::unordered_map<std::string, GpuShare> shares_;
};

}  // namespace jarvis::agent
