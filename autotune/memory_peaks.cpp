// Read bandwidth of each memory level, and the file that remembers it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "autotune/micro_kernels.h"
#include "autotune/peaks.h"
#include "autotune/timing.h"

namespace nibble {
namespace {

using nlohmann::json;

constexpr size_t block = 4096;
constexpr size_t beyond_caches = size_t{256} << 20;
constexpr size_t most_cache = size_t{24} << 20; // a last cache that cores share is no one's own
constexpr size_t bytes_per_sample = size_t{32} << 20;
constexpr int rounds = 9;

/// What this processor says of the size of its cache of that name, or 0 where it says nothing. The target's figure is
/// nominal, and a buffer for a larger cache would be read from the next level.
size_t cache_bytes(const std::string &level) {
    static const std::map<std::string, int> names = {
        {"L1", _SC_LEVEL1_DCACHE_SIZE}, {"L2", _SC_LEVEL2_CACHE_SIZE}, {"L3", _SC_LEVEL3_CACHE_SIZE}};
    const auto name = names.find(level);
    return name == names.end() ? 0 : static_cast<size_t>(std::max(0L, sysconf(name->second)));
}

/// Half of the level, so that what else lives there does not push it out; far more than any cache for the last level.
size_t buffer_bytes(const MemoryLevel &level) {
    if (level.bytes == 0) {
        return beyond_caches;
    }
    const auto nominal = static_cast<size_t>(level.bytes);
    const size_t actual = cache_bytes(level.name);
    const size_t half = std::min(actual == 0 ? nominal : std::min(nominal, actual), 2 * most_cache) / 2;
    return std::max(half / block * block, block);
}

double read_gbytes_per_second(const uint8_t *data, size_t bytes) {
    const size_t passes = std::max<size_t>(1, bytes_per_sample / bytes);
    read_memory(data, bytes); // brings it to its level
    double best = 0;
    for (int round = 0; round < rounds; ++round) {
        const double seconds = time_undisturbed([&] {
            for (size_t pass = 0; pass < passes; ++pass) {
                read_memory(data, bytes);
            }
        });
        best = std::max(best, static_cast<double>(bytes * passes) / seconds * 1e-9);
    }
    return best;
}

std::vector<MemoryRoof> measure_memory(const TargetFacts &target) {
    size_t most = block;
    for (const MemoryLevel &level : target.memory) {
        most = std::max(most, buffer_bytes(level));
    }
    const std::unique_ptr<uint8_t, decltype(&std::free)> buffer(static_cast<uint8_t *>(std::aligned_alloc(block, most)),
                                                                &std::free);
    if (!buffer) {
        throw std::bad_alloc();
    }
    std::fill_n(buffer.get(), most, uint8_t{1}); // untouched pages would all be the one zero page
    std::vector<MemoryRoof> roofs;
    for (const MemoryLevel &level : target.memory) {
        roofs.push_back({level.name, level.bytes, read_gbytes_per_second(buffer.get(), buffer_bytes(level))});
    }
    return roofs;
}

/// What the file holds, or an empty object where it holds nothing of use.
json read_cache(const std::filesystem::path &file) {
    std::ifstream in(file);
    json cache = in ? json::parse(in, nullptr, false) : json::object();
    return cache.is_object() ? cache : json::object();
}

/// A cache that can't be written costs two seconds the next time and nothing else.
void write_cache(const std::filesystem::path &file, const json &cache) {
    if (file.empty()) {
        return;
    }
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    std::filesystem::path temporary = file;
    temporary += "." + std::to_string(getpid());
    bool written = false;
    {
        std::ofstream out(temporary);
        out << cache.dump(1) << '\n';
        written = static_cast<bool>(out.flush());
    }
    if (written) {
        std::filesystem::rename(temporary, file, ignored);
    }
    std::filesystem::remove(temporary, ignored);
}

/// The cached levels, where they are the target's own.
std::vector<MemoryRoof> cached_memory(const json &cache, const TargetFacts &target) {
    std::vector<MemoryRoof> roofs;
    const json entry = cache.value(cpu_model(), json::object());
    const json levels = entry.is_object() ? entry.value("memory", json::array()) : json::array();
    for (const MemoryLevel &level : target.memory) {
        for (const json &known : levels) {
            const bool whole = known.is_object() && known.contains("name") && known.contains("bytes") &&
                               known.contains("gbytes_per_second") && known["gbytes_per_second"].is_number();
            if (whole && known["name"] == level.name && known["bytes"] == level.bytes) {
                roofs.push_back({level.name, level.bytes, known["gbytes_per_second"].get<double>()});
                break;
            }
        }
    }
    return roofs.size() == target.memory.size() ? roofs : std::vector<MemoryRoof>();
}

void remember(json &cache, const std::vector<MemoryRoof> &memory, const ComputePeak &peak) {
    json &entry = cache[cpu_model()];
    if (!entry.is_object()) {
        entry = json::object();
    }
    entry["clock_ghz"] = peak.clock_ghz;
    entry["gmacs_per_second"][peak.operand_types] = peak.gmacs_max;
    entry["memory"] = json::array();
    for (const MemoryRoof &roof : memory) {
        entry["memory"].push_back(
            {{"name", roof.name}, {"bytes", roof.bytes}, {"gbytes_per_second", roof.gbytes_per_second}});
    }
}

/// The value of a line "key : value" of /proc/cpuinfo's first processor.
std::string cpuinfo(const std::string &key) {
    std::ifstream in("/proc/cpuinfo");
    std::string line;
    while (std::getline(in, line) && !line.empty()) {
        const size_t colon = line.find(':');
        if (line.rfind(key, 0) == 0 && line.find_first_not_of(" \t", key.size()) == colon && colon + 2 <= line.size()) {
            return line.substr(colon + 2);
        }
    }
    return "unknown";
}

} // namespace

Roofs measured_roofs(const TargetFacts &target, const ComputePeak &peak, const std::filesystem::path &cache_folder) {
    const std::filesystem::path cache_file = cache_folder.empty() ? cache_folder : cache_folder / "peaks.json";
    json cache = read_cache(cache_file);
    std::vector<MemoryRoof> memory = cached_memory(cache, target);
    if (memory.empty()) {
        memory = measure_memory(target);
        remember(cache, memory, peak);
        write_cache(cache_file, cache);
    }
    Roofs roofs = nominal_roofs(target);
    const double scale = peak.gmacs_median / roofs.gmacs_per_second.at(peak.operand_types);
    roofs.clock_ghz = peak.clock_ghz;
    for (auto &[types, gmacs] : roofs.gmacs_per_second) {
        gmacs *= scale; // the other pairs keep their nominal ratio to the measured one
    }
    roofs.gvectors_per_second *= scale;
    roofs.memory = std::move(memory);
    return roofs;
}

std::string cpu_model() {
    return cpuinfo("vendor_id") + " " + cpuinfo("cpu family") + "-" + cpuinfo("model") + "-" + cpuinfo("stepping") +
           " " + cpuinfo("model name");
}

} // namespace nibble
