namespace Cohort.Seed.Privacy;

/// <summary>A run or a round would spend more privacy than its plan allows; the message is a sentence for its researcher.</summary>
public sealed class PrivacyBudgetException(string message) : Exception(message);
