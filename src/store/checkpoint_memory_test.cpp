#include "store/checkpoint_memory.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

TEST(CheckpointMemory, AddsAllWhenNothingIsUnknown) {
  CheckpointMemory memory;
  EXPECT_EQ(memory.missing("a", 0, {{"accepted", 5}}), (LedgerFigures{{"accepted", 5}}));
}

TEST(CheckpointMemory, AddsOnlyWhatIsNewWhenTheLostAnswerWasAYes) {
  CheckpointMemory memory;
  memory.sent("a", {7, {{"accepted", 5}, {"received", 6}}});
  EXPECT_EQ(memory.missing("a", 7, {{"accepted", 8}, {"received", 6}}), (LedgerFigures{{"accepted", 3}}));
}

TEST(CheckpointMemory, AddsAllAgainWhenTheLostAnswerWasANo) {
  CheckpointMemory memory;
  memory.sent("a", {7, {{"accepted", 5}}});
  EXPECT_EQ(memory.missing("a", 6, {{"accepted", 8}}), (LedgerFigures{{"accepted", 8}}));
}

TEST(CheckpointMemory, KnowsWhichOfManyCameThroughLast) {
  CheckpointMemory memory;
  memory.sent("a", {7, {{"accepted", 5}}});
  memory.sent("a", {8, {{"accepted", 6}}});
  EXPECT_EQ(memory.missing("a", 7, {{"accepted", 9}}), (LedgerFigures{{"accepted", 4}}));
  memory.sent("a", {9, {{"accepted", 9}}});
  EXPECT_EQ(memory.missing("a", 9, {{"accepted", 10}}), (LedgerFigures{{"accepted", 1}}));
}

TEST(CheckpointMemory, ForgetsWhatWasAnswered) {
  CheckpointMemory memory;
  memory.sent("a", {7, {{"accepted", 5}}});
  memory.answered("a");
  EXPECT_EQ(memory.missing("a", 7, {{"accepted", 6}}), (LedgerFigures{{"accepted", 6}}));
}

TEST(CheckpointMemory, KeepsSourcesAndProcessesApart) {
  CheckpointMemory one, other;
  EXPECT_NE(one.key("a"), other.key("a"));
  EXPECT_NE(one.key("a"), one.key("b"));
}

}  // namespace
}  // namespace tweetpulse
