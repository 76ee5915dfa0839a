#include "agent/gpu/ledger.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace jarvis::agent {
namespace {

constexpr double kDevicesMax = 1024;

Result<int> thousandths_of(const std::string& text, const std::string& whole) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = failure == std::errc() && end == text.data() + text.size();
  const int out = is_number && number <= kDevicesMax ? static_cast<int>(std::lround(number * kWholeDevice)) : 0;
  if (out <= 0) return invalid_argument("'" + whole + "' is no number of GPUs: write 1, 2, 1-4 or 0.5");
  if (out > kWholeDevice && out % kWholeDevice != 0)
    return invalid_argument("'" + whole + "': a part of a GPU is of one GPU, less than 1");
  return out;
}

}  // namespace

Result<GpuShape> parse_gpu_shape(const std::string& text) {
  const auto dash = text.find('-');
  TRY(const int least, thousandths_of(text.substr(0, dash), text));
  int most = least;
  if (dash != std::string::npos) {
    TRY(most, thousandths_of(text.substr(dash + 1), text));
  }
  if (most < least) return invalid_argument("'" + text + "': the second number is the larger one");
  return GpuShape{least, most};
}

std::string worker_suffix(const GpuShare& share) {
  std::string out = "gpu";
  for (const std::string& device : share.devices)
    out += (out.size() == 3 ? "" : ",") + device;
  std::ranges::replace(out, ':', '.');
  if (share.part >= kWholeDevice) return out;
  std::string digits = std::to_string(kWholeDevice + share.part).substr(1);
  while (digits.ends_with('0'))
    digits.pop_back();
  return out + "." + digits + share.letter;
}

GpuLedger::GpuLedger(std::vector<std::string> devices)
    : devices_(std::move(devices)), used_(devices_.size()), is_foreign_(devices_.size()) {
  for (std::size_t place = 0; place < devices_.size(); ++place)
    places_[devices_[place]] = place;
}

void GpuLedger::set_foreign(const std::set<std::string>& devices) {
  for (std::size_t place = 0; place < devices_.size(); ++place)
    is_foreign_[place] = devices.contains(devices_[place]);
}

int GpuLedger::free_of(const std::string& device) const {
  const auto place = places_.find(device);
  return place == places_.end() ? 0 : std::max(0, free_at(place->second));
}

std::optional<GpuShare> GpuLedger::choose(const GpuShape& shape) const {
  std::vector<std::size_t> whole;
  // The tightest device that has all that is wanted of a part; else the one that has the most.
  const int wanted = std::min(shape.max, kWholeDevice);
  std::optional<std::size_t> best;
  int best_free = 0;
  for (std::size_t place = 0; place < devices_.size(); ++place) {
    const int free = free_at(place);
    if (free == kWholeDevice) whole.push_back(place);
    if (free < shape.min) continue;
    const bool has_all = free >= wanted;
    const bool best_has_all = best && best_free >= wanted;
    if (!best || (has_all != best_has_all ? has_all : has_all ? free < best_free : free > best_free)) {
      best = place;
      best_free = free;
    }
  }
  const auto count_of = [](int thousandths) { return static_cast<std::size_t>(thousandths / kWholeDevice); };
  if (shape.max >= kWholeDevice && whole.size() >= std::max<std::size_t>(1, count_of(shape.min))) {
    GpuShare share;
    for (std::size_t i = 0; i < std::min(whole.size(), count_of(shape.max)); ++i)
      share.devices.push_back(devices_[whole[i]]);
    return share;
  }
  if (shape.min >= kWholeDevice || !best) return std::nullopt;
  return GpuShare{{devices_[*best]}, std::min(wanted, best_free)};
}

bool GpuLedger::has_room_for(const GpuShape& shape) const {
  return choose(shape).has_value();
}

std::optional<GpuShare> GpuLedger::take(const std::string& holder, const GpuShape& shape) {
  JV_ASSERT(!shares_.contains(holder));
  auto share = choose(shape);
  if (!share) return share;
  if (share->part < kWholeDevice) share->letter = free_letter(*share);
  note(holder, *share);
  return share;
}

/// The first that no equal part of the same device has.
char GpuLedger::free_letter(const GpuShare& part) const {
  for (char letter = 'a'; letter < 'z'; ++letter) {
    GpuShare named = part;
    named.letter = letter;
    if (std::ranges::none_of(shares_, [&](const auto& entry) { return entry.second == named; })) return letter;
  }
  return 'z';
}

void GpuLedger::add(const GpuShare& share, int sign) {
  for (const std::string& device : share.devices)
    if (const auto place = places_.find(device); place != places_.end()) used_[place->second] += sign * share.part;
}

void GpuLedger::note(const std::string& holder, const GpuShare& share) {
  give_back(holder);
  add(share, 1);
  shares_[holder] = share;
}

void GpuLedger::give_back(const std::string& holder) {
  const auto found = shares_.find(holder);
  if (found == shares_.end()) return;
  add(found->second, -1);
  shares_.erase(found);
}

}  // namespace jarvis::agent
