import type { AlertPriority } from '../../market/records/alert/alert.ts'

const PITCH: Readonly<Record<AlertPriority, number>> = { low: 440, medium: 660, high: 990 }

let audio: AudioContext | null = null

/** A short tone, the higher the more it matters. */
export const beep = (priority: AlertPriority): void => {
  audio ??= new AudioContext()
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  tone.frequency.value = PITCH[priority]
  volume.gain.setValueAtTime(0.15, audio.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4)
  tone.connect(volume).connect(audio.destination)
  tone.start()
  tone.stop(audio.currentTime + 0.4)
}
