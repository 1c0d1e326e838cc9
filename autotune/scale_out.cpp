// SPDX-License-Identifier: Apache-2.0
#include "autotune/scale_out.h"

#include <csignal>
#include <cstdio>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "autotune/layer_message.h"
#include "compiler/files.h"
#include "compiler/spawn.h"
#include "model/error.h"
#include "model/json_text.h"

namespace nibble {

namespace fs = std::filesystem;

namespace {

/// A program whose standard output is read line by line. One that still runs at the end of the scope is stopped.
class LineProgram {
public:
    LineProgram(const std::vector<std::string> &arguments, const fs::path &errors) : errors_(errors) {
        Pipe output(arguments[0]);
        SpawnActions spawned;
        posix_spawn_file_actions_addopen(&spawned.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&spawned.actions, output.end(1), STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&spawned.actions, STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT, 0666);
        pid_ = spawn(arguments, spawned);
        lines_.reset(fdopen(output.take(0), "r"));
    }
    ~LineProgram() {
        if (pid_ > 0) {
            kill(pid_, SIGTERM);
            wait_for(pid_);
        }
    }
    LineProgram(const LineProgram &) = delete;
    LineProgram &operator=(const LineProgram &) = delete;

    /// False at the end of its output.
    bool next(std::string &line) {
        line.clear();
        for (int c; (c = std::getc(lines_.get())) != EOF;) {
            if (c == '\n') {
                return true;
            }
            line += static_cast<char>(c);
        }
        return false;
    }

    ProcessResult finish() {
        ProcessResult result = wait_for(pid_);
        pid_ = -1;
        result.error = read_file(errors_);
        return result;
    }

private:
    struct Close {
        void operator()(std::FILE *file) const { std::fclose(file); }
    };
    fs::path errors_;
    pid_t pid_ = -1;
    std::unique_ptr<std::FILE, Close> lines_;
};

/// What scale_out.py reads.
void write_jobs(const fs::path &folder, const std::vector<const Layer *> &layers, const TargetFacts &target) {
    for (size_t i = 0; i < layers.size(); ++i) {
        write_layer_message(folder / fmt::format("{}.layer", i), *layers[i]);
    }
    write_file(folder / (target.name + ".json"), describe(target));
}

std::vector<std::string> command_of(const ScaleOut &options, const TargetFacts &target, const Tools &tools,
                                    const fs::path &folder, size_t jobs) {
    std::vector<std::string> command = {tools.python,
                                        (resource_folder() / "scale_out.py").string(),
                                        "--target=" + target.name,
                                        fmt::format("--points={}", options.points),
                                        fmt::format("--jobs={}", jobs),
                                        options.scheduler,
                                        folder.string()};
    if (options.seconds) {
        command.push_back(fmt::format("--seconds={}", *options.seconds));
    }
    return command;
}

} // namespace

void tune_on_workers(const ScaleOut &options, const std::vector<const Layer *> &layers, const TargetFacts &target,
                     const Tools &tools, const TakeRecords &take) {
    const TempFolder work(fs::temp_directory_path(), "nibble-tune-");
    write_jobs(work.path(), layers, target);
    LineProgram program(command_of(options, target, tools, work.path(), layers.size()), work.path() / "errors");
    std::vector<Finding> findings;
    for (std::string text; program.next(text);) {
        const nlohmann::json line = parse_json("scale_out.py", text);
        const bool is_job = line.contains("job");
        const size_t job = is_job ? line.at("job").get<size_t>() : 0;
        const std::string where = is_job ? "layer '" + layers.at(job)->name + "'" : "--scheduler " + options.scheduler;
        if (line.contains("found")) {
            findings.push_back({"tune", where, line.at("found"), line.at("expected")});
        } else if (!take(job, Records(work.path() / std::to_string(job), target))) {
            findings.push_back({"tune", where, "a record of another kernel", "a worker with this version of Nibble"});
        }
    }
    if (const ProcessResult end = program.finish(); !end.ok() && findings.empty()) {
        findings.push_back({"tune", "--scheduler " + options.scheduler, end.describe(), "exit status 0"});
    }
    if (!findings.empty()) {
        throw Error(std::move(findings));
    }
}

} // namespace nibble
