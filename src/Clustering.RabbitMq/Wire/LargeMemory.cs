namespace Cohort.Clustering.RabbitMq.Wire;

/// <summary>
/// Memory for large attachments. What has been dropped of them is collected before it amounts to much: where a machine has the
/// room, the runtime by itself lets models that nobody holds any more pile up to gigabytes.
/// </summary>
internal static class LargeMemory
{
    /// <summary>So many bytes may be taken between two full collections.</summary>
    private const long BetweenCollections = 128L << 20;

    private static readonly Lock Turn = new();
    private static long s_taken;
    private static int s_collections;

    /// <summary>Memory of any content.</summary>
    public static byte[] Take(int bytes)
    {
        if (bytes > FrameCodec.LargestWhole)
        {
            lock (Turn)
            {
                MakeRoom(bytes);
            }
        }

        return GC.AllocateUninitializedArray<byte>(bytes);
    }

    private static void MakeRoom(int bytes)
    {
        if (GC.CollectionCount(GC.MaxGeneration) is var collections && collections != s_collections)
        {
            (s_taken, s_collections) = (0, collections);
        }

        if (s_taken > 0 && s_taken + bytes > BetweenCollections)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false); // nothing large is moved
            (s_taken, s_collections) = (0, GC.CollectionCount(GC.MaxGeneration));
        }

        s_taken += bytes;
    }
}
