// The replay of docs/replay.md in plain C++, for two policies: a yardstick for the engine of crates/replay. Reads arrivals
// that are laid out already, and times one pass after another that warms up.
//
//     replay FILE fixed WINDOW_MS | replay FILE hybrid
//
// FILE: u32 functions, u32 minutes, then per function u32 calls, i32 durationMs and the arrivals as i32 ms, ascending.
// Prints the seconds, then a line per function: cold starts, pre-warms, idle ms.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <queue>
#include <string>
#include <vector>

using ms = int64_t;
constexpr ms COLD_START = 1000, NEVER = INT64_MAX;

struct Interval {
  ms prewarm, keep;
};
struct Idle {
  uint64_t order;
  ms begin, end;
  bool operator<(const Idle &other) const { return order < other.order; }
};
struct Outcome {
  int64_t cold = 0, prewarms = 0;
  ms idle = 0;
};

struct Hybrid {
  static constexpr ms BIN = 60000;
  uint32_t bins[240] = {};
  int64_t in = 0, out = 0, below_head = 0, below_tail = 0;
  double squares = 0;
  int head = 0, tail = 0;
  ms last = -1;
  bool stale = false;
  Interval answer{0, 240 * BIN};

  void arrival(ms at) {
    if (last < 0) return;
    ms bin = (at - last) / BIN;
    stale = true;
    if (bin >= 240) {
      out++;
      return;
    }
    squares += 2.0 * bins[bin]++ + 1;
    in++;
    below_head += bin < head;
    below_tail += bin < tail;
  }
  void settle(int &bin, int64_t &below, int64_t percent) {
    while (bin > 0 && below * 100 >= percent * in) below -= bins[--bin];
    while (bin < 239 && (below + bins[bin]) * 100 < percent * in) below += bins[bin++];
  }
  Interval release(ms at) {
    last = at;
    if (!stale) return answer;
    stale = false;
    double n = double(in);
    if (in + out < 10 || 2 * out > in + out || 240 * squares < 5 * (n * n)) return answer = {0, 240 * BIN};
    settle(head, below_head, 5);
    settle(tail, below_tail, 99);
    ms from = head * (BIN / 10 * 9), to = (tail + 1) * (BIN / 10 * 11);
    if (from < BIN) from = 0;
    return answer = {from, to - from};
  }
};

// Instances that are to be warm later.
struct Promises {
  std::map<uint64_t, Idle> pending;
  std::priority_queue<std::pair<ms, uint64_t>, std::vector<std::pair<ms, uint64_t>>, std::greater<>> begins;
  std::priority_queue<Idle> begun;
  int64_t prewarms = 0;

  void add(const Idle &one) {
    pending[one.order] = one;
    begins.push({one.begin, one.order});
  }
  void cancel() {
    if (!pending.empty()) pending.erase(std::prev(pending.end()));
  }
  void begin(ms now, ms horizon) {
    while (!begins.empty() && begins.top().first <= now) {
      auto found = pending.find(begins.top().second);
      begins.pop();
      if (found == pending.end()) continue;
      prewarms += found->second.begin < horizon;
      begun.push(found->second);
      pending.erase(found);
    }
  }
  bool latest(uint64_t than, bool any) const { return !begun.empty() && (!any || begun.top().order > than); }
  Idle take() {
    Idle one = begun.top();
    begun.pop();
    return one;
  }
};

// Instances in the order of their release; the caller keeps both ends in registers.
struct Ring {
  std::vector<ms> places = std::vector<ms>(4096);
  ms at(size_t i) const { return places[i & (places.size() - 1)]; }
  void push(ms release, size_t head, size_t tail) {
    if (tail - head == places.size()) grow(head, tail);
    places[tail & (places.size() - 1)] = release;
  }
  __attribute__((noinline)) void grow(size_t head, size_t tail) {
    std::vector<ms> grown(2 * places.size());
    for (size_t i = head; i < tail; i++) grown[i & (grown.size() - 1)] = at(i);
    places.swap(grown);
  }
};

Outcome hybrid_histogram(const std::vector<int32_t> &starts, ms duration, ms horizon) {
  Ring warm, cold; // busy instances
  size_t warm_head = 0, warm_tail = 0, cold_head = 0, cold_tail = 0;
  ms warm_next = NEVER, cold_next = NEVER;
  std::vector<Idle> stayed(16); // idle instances, the latest release on top
  size_t depth = 0;
  Promises promises;
  Hybrid policy;
  uint64_t order = 0;
  ms idle = 0;
  int64_t colds = 0;

  auto advance = [&](ms now) {
    for (;;) {
      ms at = std::min(warm_next, cold_next);
      if (at > now) return;
      if (cold_next <= warm_next) {
        cold_head++;
        cold_next = cold_head == cold_tail ? NEVER : cold.at(cold_head);
      } else {
        warm_head++;
        warm_next = warm_head == warm_tail ? NEVER : warm.at(warm_head);
      }
      auto [prewarm, keep] = policy.release(at);
      Idle one{order++, at + prewarm, at + prewarm + keep};
      if (prewarm == 0) {
        if (depth == stayed.size()) stayed.resize(2 * depth);
        stayed[depth++] = one;
      } else {
        promises.add(one);
      }
    }
  };
  auto take = [&](ms now) {
    promises.begin(now, horizon);
    for (;;) {
      Idle one;
      if (promises.latest(depth > 0 ? stayed[depth - 1].order : 0, depth > 0)) {
        one = promises.take();
      } else if (depth > 0) {
        one = stayed[--depth];
      } else {
        return false;
      }
      idle += std::min(one.end, now) - one.begin;
      if (one.end >= now) return true;
    }
  };

  for (ms at : starts) {
    advance(at);
    if (take(at)) {
      if (warm_head == warm_tail) warm_next = at + duration;
      warm.push(at + duration, warm_head, warm_tail++);
    } else {
      colds++;
      promises.cancel();
      cold.push(at + COLD_START + duration, cold_head, cold_tail++);
      cold_next = cold.at(cold_head);
    }
    policy.arrival(at);
  }
  advance(horizon - 1);
  promises.begin(horizon - 1, horizon);
  auto finish = [&](const Idle &one) { idle += std::max<ms>(0, std::min(one.end, horizon) - one.begin); };
  for (size_t i = 0; i < depth; i++) finish(stayed[i]);
  while (!promises.begun.empty()) finish(promises.take());
  return {colds, promises.prewarms, idle};
}

// A fixed window needs no order and no ends: once the latest idle instance has ended, all have.
Outcome fixed_window(ms window, const std::vector<int32_t> &starts, ms duration, ms horizon) {
  Ring warm, cold;
  size_t warm_head = 0, warm_tail = 0, cold_head = 0, cold_tail = 0, depth = 0;
  ms warm_next = NEVER, cold_next = NEVER, idle = 0;
  std::vector<ms> stayed(4096);
  int64_t colds = 0;
  for (ms at : starts) {
    for (;;) {
      ms release = std::min(warm_next, cold_next);
      if (release > at) break;
      if (cold_next <= warm_next) {
        cold_head++;
        cold_next = cold_head == cold_tail ? NEVER : cold.at(cold_head);
      } else {
        warm_head++;
        warm_next = warm_head == warm_tail ? NEVER : warm.at(warm_head);
      }
      if (depth == stayed.size()) stayed.resize(2 * depth);
      stayed[depth++] = release;
    }
    if (depth > 0 && stayed[depth - 1] + window >= at) {
      idle += at - stayed[--depth];
      if (warm_head == warm_tail) warm_next = at + duration;
      warm.push(at + duration, warm_head, warm_tail++);
    } else {
      idle += ms(depth) * window;
      depth = 0;
      colds++;
      cold.push(at + COLD_START + duration, cold_head, cold_tail++);
      cold_next = cold.at(cold_head);
    }
  }
  auto finish = [&](ms release) { idle += std::max<ms>(0, std::min(window, horizon - release)); };
  for (size_t i = 0; i < depth; i++) finish(stayed[i]);
  for (; warm_head < warm_tail; warm_head++) finish(warm.at(warm_head));
  for (; cold_head < cold_tail; cold_head++) finish(cold.at(cold_head));
  return {colds, 0, idle};
}

int main(int count, char **arguments) {
  FILE *file = count > 2 ? fopen(arguments[1], "rb") : nullptr;
  uint32_t head[2];
  if (file == nullptr || fread(head, 4, 2, file) != 2) return 2;
  std::vector<std::vector<int32_t>> starts(head[0]);
  std::vector<ms> durations(head[0]);
  for (uint32_t f = 0; f < head[0]; f++) {
    int32_t shape[2];
    if (fread(shape, 4, 2, file) != 2) return 2;
    starts[f].resize(uint32_t(shape[0]));
    durations[f] = shape[1];
    if (fread(starts[f].data(), 4, starts[f].size(), file) != starts[f].size()) return 2;
  }
  fclose(file);
  bool hybrid = std::string(arguments[2]) == "hybrid";
  ms window = count > 3 ? atoll(arguments[3]) : 0, horizon = 60000 * ms(head[1]);
  std::vector<Outcome> outcomes(head[0]);
  double seconds = 0;
  for (int pass = 0; pass < 2; pass++) {
    auto from = std::chrono::steady_clock::now();
    for (uint32_t f = 0; f < head[0]; f++) {
      outcomes[f] = hybrid ? hybrid_histogram(starts[f], durations[f], horizon)
                           : fixed_window(window, starts[f], durations[f], horizon);
    }
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
  }
  printf("%.9f\n", seconds);
  for (const Outcome &one : outcomes) printf("%ld %ld %ld\n", long(one.cold), long(one.prewarms), long(one.idle));
}
