namespace Cohort.Messages;

/// <summary>A message of one secure sum: of this round, group, intra-group round, and life of the leader.</summary>
public interface ISumMessage
{
    RoundKey Key { get; }

    int Group { get; }

    int IntraRound { get; }

    string Leader { get; }
}

public sealed partial class AdvertiseKeys : ISumMessage;

public sealed partial class KeysAdvertised : ISumMessage;

public sealed partial class ShareSeeds : ISumMessage;

public sealed partial class SeedsShared : ISumMessage;

public sealed partial class RevealShares : ISumMessage;

public sealed partial class SharesRevealed : ISumMessage;

public sealed partial class SumRefused : ISumMessage;
