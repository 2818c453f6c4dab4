namespace Cohort.Federation.SecureAggregation;

/// <summary>Student to leader, first: its two public keys for this session.</summary>
/// <param name="Student">Who.</param>
/// <param name="MaskKey">A compressed P-256 point, 33 bytes: pairwise masks are agreed with it.</param>
/// <param name="ChannelKey">Another: shares are sealed with it.</param>
public sealed record KeyAdvert(int Student, byte[] MaskKey, byte[] ChannelKey);

/// <summary>Leader to students: who has advertised keys (U1).</summary>
/// <param name="Students">Ascending; the position, from 1, is the student's point of the secret sharing.</param>
/// <param name="Keys">Of each the mask key and the channel key, 66 bytes.</param>
public sealed record KeyRoster(int[] Students, byte[] Keys);

/// <summary>Student to leader, second: a share of its two seeds for each other student of the roster, sealed for it.</summary>
/// <param name="Student">Who.</param>
/// <param name="SeedCommitment">SHA-256 of the self mask's seed in this session, 32 bytes.</param>
/// <param name="Sealed">48 bytes for each other student of the roster, in its order.</param>
public sealed record SealedShares(int Student, byte[] SeedCommitment, byte[] Sealed);

/// <summary>Leader to one student: the shares that were sealed for it.</summary>
/// <param name="Senders">All who have shared (U2), ascending, the receiver among them.</param>
/// <param name="Sealed">48 bytes from each of them but the receiver, in this order.</param>
public sealed record RelayedShares(int[] Senders, byte[] Sealed);

/// <summary>Student to leader (or to whoever adds masked inputs up), third: its vector, masked.</summary>
/// <param name="Student">Who.</param>
/// <param name="Packed">The values modulo 2^w, w bits each, little-endian.</param>
public sealed record MaskedInput(int Student, byte[] Packed);

/// <summary>Leader to the students whose masked inputs are in the sum (U3): who they are.</summary>
/// <param name="Students">Ascending.</param>
public sealed record Survivors(int[] Students);

/// <summary>
/// Student to leader, last: for every student that has shared one share, of its self mask's seed if it is in the sum, of its mask
/// key's if it is not.
/// </summary>
/// <param name="Student">Who.</param>
/// <param name="Shares">16 bytes for each of U2, ascending, but those refused.</param>
/// <param name="Refused">Whose sealed shares could not be opened, ascending.</param>
public sealed record Unmasking(int Student, byte[] Shares, int[] Refused);

/// <summary>Sizes of what travels, in bytes.</summary>
public static class SecureSizes
{
    public const int PublicKey = 33;
    public const int BothKeys = 2 * PublicKey;
    public const int Seed = 16;
    public const int Share = Seed;
    public const int Tag = 16;
    public const int SealedShare = (2 * Share) + Tag;
    public const int Commitment = 32;

    /// <summary>A vector of so many values of so many bits.</summary>
    public static int Packed(int length, int bits) => checked((int)((((long)length * bits) + 7) / 8));
}
