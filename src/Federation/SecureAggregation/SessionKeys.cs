using System.Security.Cryptography;

namespace Cohort.Federation.SecureAggregation;

/// <summary>What both sides derive from the seeds and agreements of a session.</summary>
internal static class SessionKeys
{
    /// <summary>The key of a self mask, PRG(b_u).</summary>
    public static byte[] SelfMask(SecureSession session, int student, ReadOnlySpan<byte> seed) =>
        AgreementKey.Derive(seed, session.Encode("self mask", student));

    /// <summary>The key of the mask that two students share, PRG(s_uv); the same from either side.</summary>
    public static byte[] PairMask(SecureSession session, AgreementKey mine, int me, PeerKey peer, int other) =>
        mine.Agree(peer, session.Encode("pair mask", Math.Min(me, other), Math.Max(me, other)));

    /// <summary>The two keys of a channel, one for each direction, each of which seals one message.</summary>
    public static (byte[] To, byte[] From) Channel(SecureSession session, AgreementKey mine, int me, PeerKey peer, int other) =>
        mine.AgreeTwice(peer, session.Encode("channel", me, other), session.Encode("channel", other, me));

    /// <summary>What binds sealed shares to a session, a sender and a receiver at its point.</summary>
    public static byte[] AssociatedData(SecureSession session, int sender, int receiver, int point) =>
        session.Encode("shares", sender, receiver, point);

    /// <summary>
    /// What a student says of its self mask's seed before anybody may know it: the seed is uniform on 128 bits, so that its hash
    /// hides it, and nobody finds a second one.
    /// </summary>
    public static byte[] Commitment(SecureSession session, int student, ReadOnlySpan<byte> seed) =>
        SHA256.HashData([.. session.Encode("seed commitment", student), .. seed]);

    /// <summary>True if u adds the mask that it shares with v, and v takes it away (Bonawitz et al. 2017, section 4).</summary>
    public static bool Adds(int student, int other) => student < other;
}
