// The peer of the advantage bench: the recurrence in plain C++, row by row from the last, advantages and returns. Input: a binary file of floats (steps, envs, gamma,
// lambda, then rewards, values, next values, and both kinds of flags). Prints the seconds of one call, the median of several, and the sum of the advantages.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <vector>

static void gae(const float *rewards, const float *values, const float *next, const unsigned char *terminated,
                const unsigned char *truncated, int steps, int envs, float gamma, float factor, float *__restrict advantages,
                float *__restrict returns) {
  for (int t = steps - 1; t >= 0; t--) {
    for (int n = 0; n < envs; n++) {
      const int at = t * envs + n;
      const float delta = rewards[at] + (terminated[at] ? 0.0f : gamma * next[at]) - values[at];
      const bool goes_on = t + 1 < steps && !terminated[at] && !truncated[at];
      advantages[at] = delta + (goes_on ? factor * advantages[at + envs] : 0.0f);
      returns[at] = advantages[at] + values[at];
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1], std::ios::binary | std::ios::ate);
  std::vector<float> all(static_cast<size_t>(file.tellg()) / sizeof(float));
  file.seekg(0);
  file.read(reinterpret_cast<char *>(all.data()), static_cast<std::streamsize>(all.size() * sizeof(float)));
  const int steps = static_cast<int>(all[0]), envs = static_cast<int>(all[1]);
  const float gamma = all[2], lambda = all[3];
  const size_t cells = static_cast<size_t>(steps) * envs;
  const float *rewards = all.data() + 4, *values = rewards + cells, *next = values + cells;
  std::vector<unsigned char> terminated(next + cells, next + 2 * cells), truncated(next + 2 * cells, next + 3 * cells);
  std::vector<float> advantages(cells), returns(cells);
  const int calls = 200;
  std::vector<double> seconds;
  for (int round = 0; round < 15; round++) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; i++)
      gae(rewards, values, next, terminated.data(), truncated.data(), steps, envs, gamma, gamma * lambda, advantages.data(),
          returns.data());
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / calls);
  }
  std::sort(seconds.begin(), seconds.end());
  double sum = 0;
  for (const float advantage : advantages) sum += advantage;
  std::printf("%.9g %.17g\n", seconds[seconds.size() / 2], sum);
}
